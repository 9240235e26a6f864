import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { publish } from './support/catalog.ts';
import { parkAs2025, parkAs2026 } from './support/parked-call.ts';
import type { SessionPeer } from './support/peers/fixture.ts';
import { remoteDocument } from './support/peers/peer.ts';
import { startSdk1Server } from './support/peers/sdk-1-server.ts';
import { RawClient } from './support/raw-client.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const WATCHED = 'test://watched-resource';

/** A legacy remote that loses its sessions, as servers do that keep them in memory and are deployed anew. */

let gateway: TestGateway;
let peer: SessionPeer;

beforeAll(async () => {
  peer = await startSdk1Server();
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true' });
  await publish(gateway, remoteDocument('forgetting', peer.url));
});
afterAll(async () => {
  await gateway.stop();
  await peer.stop();
});

describe.each([
  ['2025', SDK_1, parkAs2025],
  ['2026', SDK_2, parkAs2026],
] as const)('to a client of %s, a remote that has lost its sessions', (_era, line, park) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await signIn(line, new URL('/mcp/forgetting', gateway.origin), 'ada');
  });
  beforeEach(() => peer.comeBack());
  afterAll(() => client.sdk.close());

  const echo = async () => (await client.call('echo', { message: 'still here' })).content;
  const said = [{ type: 'text', text: 'still here' }];

  test('answers the next call, in a session that nobody had to ask for', async () => {
    expect(await echo()).toEqual(said);
    await peer.loseSessions();
    expect(await echo()).toEqual(said);
    expect(peer.sessions()).toBeGreaterThan(0);
  });

  test('is not called a second time by itself for what writes, and says so', async () => {
    await client.call('set_watched_text', { text: 'before' });
    await peer.loseSessions();
    const { isError, content } = await client.call('set_watched_text', { text: 'after' });
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toContain('lost the session');
    expect(await client.call('set_watched_text', { text: 'after all' })).not.toMatchObject({ isError: true });
    const { contents } = await client.sdk.readResource({ uri: WATCHED });
    expect(contents).toMatchObject([{ text: 'after all' }]);
  });

  test('is asked for its lists, prompts and resources again', async () => {
    await peer.loseSessions();
    expect((await client.sdk.listResources()).resources.length).toBeGreaterThan(0);
    await peer.loseSessions();
    expect((await client.sdk.getPrompt({ name: 'test_simple_prompt' })).messages).toHaveLength(1);
  });

  test('is said to have an unknown outcome for a call that waited for its user in a lost session', async () => {
    const raw = new RawClient(`${gateway.origin}/mcp/forgetting`, client.identity.accessToken ?? '');
    const call = await park(raw, 'ask_name');
    await peer.loseSessions();
    const end = await call.answer({ name: 'Ada' });
    expect(end?.result?.isError === true || end?.error !== undefined).toBe(true);
    expect(JSON.stringify(end)).toMatch(/unknown/i);
  });

  test('tells of changes again, to whoever follows', async () => {
    const unfollow = await client.follow(WATCHED);
    await heardOfAnother();
    await peer.loseSessions();
    await heardOfAnother();
    await unfollow();
  });

  /** When the gateway notices that a session is lost is up to its own clock, so there are changes until one is heard of. */
  async function heardOfAnother(): Promise<void> {
    client.heard.splice(0);
    const methods = () => client.heard.map(({ method }) => method);
    await vi.waitFor(
      async () => {
        await client.call('set_watched_text', { text: crypto.randomUUID() });
        expect(methods()).toContain('notifications/resources/updated');
      },
      { timeout: 40_000, interval: 500 },
    );
  }

  test('fails in words while it is away, and works when it is back', async () => {
    await peer.goDown();
    const failed = await client.call('set_watched_text', { text: 'lost' }).catch((error: Error) => error);
    const words = failed instanceof Error ? failed.message : JSON.stringify(failed.content);
    expect(failed instanceof Error || failed.isError).toBe(true);
    expect(words).toContain('forgetting');
    await peer.comeBack();
    await vi.waitFor(async () => expect(await echo()).toEqual(said), { timeout: 40_000, interval: 500 });
  });
});
