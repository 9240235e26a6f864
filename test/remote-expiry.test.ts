import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { publish } from './support/catalog.ts';
import { parkAs2025, parkAs2026 } from './support/parked-call.ts';
import type { SessionPeer } from './support/peers/fixture.ts';
import { remoteDocument } from './support/peers/peer.ts';
import { startSdk1Server } from './support/peers/sdk-1-server.ts';
import { RawClient } from './support/raw-client.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

let gateway: TestGateway;
let remote: SessionPeer;

beforeAll(async () => {
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true', INPUT_TTL_SECONDS: '2' });
  remote = await startSdk1Server({ isResumable: false });
  await publish(gateway, remoteDocument('far', remote.url));
});

afterAll(async () => {
  await gateway.stop();
  await remote.stop();
});

/** The messages that have reached the remote in POST requests so far. */
const posts = () => remote.arrivals.filter(({ method }) => method === 'POST').length;

test.each([
  ['2025', parkAs2025],
  ['2026', parkAs2026],
])('a call of a %s client whose user never answers is cancelled at the remote', async (era, park) => {
  const agent = await signedInAgent(gateway.origin, '/mcp/far', 'ada', `client of ${era}`);
  await park(new RawClient(`${gateway.origin}/mcp/far`, agent.accessToken), 'ask_name');
  const before = posts();
  // Nobody says anything more to the gateway: what comes is the cancellation.
  await vi.waitFor(() => expect(posts()).toBe(before + 1), { timeout: 20_000, interval: 100 });
});
