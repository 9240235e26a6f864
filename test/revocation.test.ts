import { afterAll, beforeAll, expect, test } from 'vitest';
import { Device } from './support/device.ts';
import { type RegisteredClient, registered } from './support/oauth.ts';
import { openStream, REVOCATION_LIMIT_MS, timed } from './support/streams.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

let gateway: TestGateway;
let client: RegisteredClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await registered(gateway.origin);
});

afterAll(() => gateway.stop());

const device = () => Device.signIn(gateway.origin, client);

test('when a grant is revoked its sessions and streams of both eras end within a second', async () => {
  const ada = await device();
  const session = await ada.mcp.initialize();
  const own = await openStream(await session.get());
  const listening = await openStream(await ada.listen());
  expect(await timed(() => ada.revoke(ada.tokens.refresh_token), own.ended, listening.ended)).toBeLessThan(
    REVOCATION_LIMIT_MS,
  );
  expect(await statusOf(session.request(1, 'ping'))).toBe(401);
});

test("another device's sessions and streams go on", async () => {
  const [lost, kept] = [await device(), await device()];
  const session = await kept.mcp.initialize();
  const stream = await openStream(await session.get());
  await lost.mcp.initialize();
  await lost.revoke(lost.tokens.refresh_token);
  expect(await statusOf(session.request(1, 'ping'))).toBe(200);
  expect(await Promise.race([stream.ended.then(() => 'ended'), Promise.resolve('open')])).toBe('open');
});

test('when only an access token is revoked its readers must come back with another, and the session is there', async () => {
  const ada = await device();
  const session = await ada.mcp.initialize();
  const own = await openStream(await session.get());
  const listening = await openStream(await ada.listen());
  const { access_token } = ada.tokens;
  expect(await timed(() => ada.revoke(access_token), own.ended, listening.ended)).toBeLessThan(
    REVOCATION_LIMIT_MS,
  );
  expect(await statusOf(session.request(1, 'ping'))).toBe(401);
  await ada.refresh();
  const body = { jsonrpc: '2.0', id: 2, method: 'ping' };
  expect(await statusOf(ada.mcp.send({ headers: { 'mcp-session-id': session.id }, body }))).toBe(200);
});

test('a session opens again after a refresh, with the same id', async () => {
  const ada = await device();
  const session = await ada.mcp.initialize();
  await ada.refresh();
  const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
  expect(await statusOf(ada.mcp.send({ headers: { 'mcp-session-id': session.id }, body }))).toBe(200);
});
