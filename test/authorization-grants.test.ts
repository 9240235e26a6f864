import { beforeAll, expect, inject, test } from 'vitest';
import { Device } from './support/device.ts';
import { authorizationUrl, Browser, type RegisteredClient, registered } from './support/oauth.ts';
import { statusOf } from './support/wire.ts';

const origin = inject('origin');
const LIMIT_BYTES = 1024 * 1024;

let client: RegisteredClient;

beforeAll(async () => {
  client = await registered(origin);
});

/** Signs ada in on a device of her own, with the client that all her devices share. */
const signInOnDevice = async () => (await Device.signIn(origin, client)).mcp;

test('signing in on a second device leaves the session on the first one alone', async () => {
  const first = await signInOnDevice();
  const session = await first.initialize();
  const second = await signInOnDevice();
  expect(await statusOf(session.request(1, 'ping'))).toBe(200);
  expect(await statusOf((await second.initialize()).request(1, 'ping'))).toBe(200);
});

test("one device's session is closed to the other, though user and client are the same", async () => {
  const [first, second] = await Promise.all([signInOnDevice(), signInOnDevice()]);
  const session = await first.initialize();
  const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
  expect(await statusOf(second.send({ headers: { 'mcp-session-id': session.id }, body }))).toBe(404);
});

test('sign-in pages that are open in two tabs are both good', async () => {
  const browser = new Browser(origin);
  const url = authorizationUrl(origin, client);
  const [first, second] = [await browser.formAt(url), await browser.formAt(url)];
  expect((await browser.post('/sign-in', { ...first, user: 'ada' })).status).toBe(303);
  expect((await browser.post('/sign-in', { ...second, user: 'ada' })).status).toBe(303);
});

test.each([
  ['/sign-in', 'MAX_BODY_BYTES'],
  ['/authorize', 'MAX_BODY_BYTES'],
  ['/oauth/token', 'MAX_BODY_BYTES'],
  ['/oauth/register', 'MAX_REGISTRATION_BYTES'],
  ['/oauth/revoke', 'MAX_BODY_BYTES'],
])('a body over the limit is refused at %s', async (path, setting) => {
  const body = `token=${'x'.repeat(LIMIT_BYTES)}`;
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
    body,
  });
  expect(response.status).toBe(413);
  expect(await response.text()).toContain(setting);
});

test.each(['/oauth/token', '/oauth/revoke', '/oauth/register'])(
  'browser clients may ask whether they can call %s',
  async path => {
    const headers = { origin: 'http://localhost:6274', 'access-control-request-method': 'POST' };
    const response = await fetch(`${origin}${path}`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBeTruthy();
  },
);
