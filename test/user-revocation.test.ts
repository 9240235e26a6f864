import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { Device } from './support/device.ts';
import { authorizationUrl, Browser, type RegisteredClient, registered } from './support/oauth.ts';
import { openAll, REVOCATION_LIMIT_MS, timed } from './support/streams.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

let gateway: TestGateway;
let origin: string;
let admin: ApiClient;
let client: RegisteredClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  origin = gateway.origin;
  admin = await ApiClient.signIn(origin, 'ada');
  client = await registered(origin);
});

afterAll(() => gateway.stop());

const end = (user: string) => admin.call('POST', `/api/v1/admin/users/${user}/end`);
const suspend = (user: string) => admin.call('PUT', `/api/v1/admin/users/${user}/suspension`);
const restore = (user: string) => admin.call('DELETE', `/api/v1/admin/users/${user}/suspension`);

/** What a browser is shown that goes to the authorization endpoint. */
async function shownIn(browser: Browser): Promise<'consent' | 'sign-in'> {
  const html = await (await browser.open(authorizationUrl(origin, client))).text();
  return html.includes('name="handle"') ? 'consent' : 'sign-in';
}

test('when all access of a user is ended, it is over within a second on every device, and others go on', async () => {
  const [laptop, phone] = [
    await Device.signIn(origin, client, 'bob'),
    await Device.signIn(origin, client, 'bob'),
  ];
  const other = await Device.signIn(origin, client, 'eve');
  const open = [await openAll(laptop), await openAll(phone)];
  const kept = await openAll(other);
  expect(await timed(() => end('bob'), ...open.map(({ ended }) => ended))).toBeLessThan(REVOCATION_LIMIT_MS);
  for (const { session } of open) expect(await statusOf(session.request(1, 'ping'))).toBe(401);
  for (const device of [laptop, phone]) expect((await device.refresh()).status).toBe(400);
  expect(await statusOf(kept.session.request(1, 'ping'))).toBe(200);
});

test('a browser in which the user had signed in must sign in again, and nothing is remembered of their consents', async () => {
  const browser = new Browser(origin);
  const url = authorizationUrl(origin, client);
  await browser.signIn(url, 'bob');
  await browser.approve(url);
  await end('bob');
  expect(await shownIn(browser)).toBe('sign-in');
  await browser.signIn(url, 'bob');
  expect(await shownIn(browser)).toBe('consent');
});

test('who is suspended stays out until they are restored, and then begins anew', async () => {
  const device = await Device.signIn(origin, client, 'bob');
  const { ended } = await openAll(device);
  expect(await timed(() => suspend('bob'), ended)).toBeLessThan(REVOCATION_LIMIT_MS);
  const browser = new Browser(origin);
  const form = { ...(await browser.formAt(authorizationUrl(origin, client))), user: 'bob' };
  expect(await statusOf(browser.post('/sign-in', form))).toBe(403);
  await restore('bob');
  expect((await device.refresh()).status).toBe(400);
  const again = await Device.signIn(origin, client, 'bob');
  expect(await statusOf((await again.mcp.initialize()).request(1, 'ping'))).toBe(200);
});
