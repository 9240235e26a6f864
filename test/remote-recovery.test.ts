import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publish } from './support/catalog.ts';
import { type CallEnd, type ParkedCall, parkAs2025, parkAs2026 } from './support/parked-call.ts';
import { startLegacyFixture, startModernFixture } from './support/peers/fixture.ts';
import { type Peer, remoteDocument } from './support/peers/peer.ts';
import { startSdk1Server } from './support/peers/sdk-1-server.ts';
import { RawClient } from './support/raw-client.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

const SETTINGS = { EGRESS_ALLOW_LOOPBACK: 'true' };

const REMOTES: Readonly<Record<string, () => Promise<Peer>>> = {
  modern: startModernFixture,
  resuming: startSdk1Server,
  'resuming-2': startLegacyFixture,
  forgetful: () => startSdk1Server({ isResumable: false }),
};

const ERAS = { '2025': parkAs2025, '2026': parkAs2026 } as const;
const EACH_ERA = Object.keys(ERAS) as (keyof typeof ERAS)[];

let gateway: TestGateway;
const peers: Peer[] = [];
/** Calls that waited for their user when the gateway was killed. */
const parked = new Map<string, ParkedCall>();

beforeAll(async () => {
  gateway = await startTestGateway({}, SETTINGS);
  for (const [name, start] of Object.entries(REMOTES)) await addRemote(name, start);
  await Promise.all(Object.keys(REMOTES).flatMap(name => EACH_ERA.map(era => park(era, name))));
  await gateway.kill();
  gateway = await startTestGateway(gateway, SETTINGS);
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all(peers.map(peer => peer.stop()));
});

async function addRemote(name: string, start: () => Promise<Peer>): Promise<void> {
  const peer = await start();
  peers.push(peer);
  await publish(gateway, remoteDocument(name, peer.url));
}

async function park(era: keyof typeof ERAS, name: string): Promise<void> {
  const agent = await signedInAgent(gateway.origin, `/mcp/${name}`, 'ada', `client of ${era}`);
  const client = new RawClient(`${gateway.origin}/mcp/${name}`, agent.accessToken);
  parked.set(`${era} ${name}`, await ERAS[era](client, 'ask_name'));
}

async function answerAll(era: string, name: string): Promise<CallEnd | undefined> {
  const call = parked.get(`${era} ${name}`);
  const early = await call?.answer({ name: 'Ada' });
  return early ?? (await call?.answer({ colour: 'green' }));
}

describe.each(EACH_ERA)('a call of a %s client that waited for its user when the gateway was killed', era => {
  test.each([
    ['a modern remote', 'modern'],
    ['a legacy remote (SDK 1.32) that can resume its streams', 'resuming'],
    ['a legacy remote (SDK 2.4) that can resume its streams', 'resuming-2'],
  ])('completes at %s', async (_what, name) => {
    const end = await answerAll(era, name);
    expect(end?.result?.content).toEqual([{ type: 'text', text: 'Ada likes green.' }]);
  });

  test('is said to have an unknown outcome where the remote cannot resume its streams', async () => {
    const end = await answerAll(era, 'forgetful');
    expect(end).toBeDefined();
    expect(end?.result?.isError === true || end?.error !== undefined).toBe(true);
    expect(JSON.stringify(end)).toMatch(/unknown/i);
  });
});
