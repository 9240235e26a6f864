import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInCookie } from '../src/auth/sign-in/sign-in.ts';
import { fakeSettings } from '../src/env.fake.ts';
import { ApiClient } from './support/api-client.ts';
import { Device } from './support/device.ts';
import {
  authorizationUrl,
  Browser,
  postForm,
  type RegisteredClient,
  redeem,
  registered,
  type Tokens,
} from './support/oauth.ts';
import { openAll, timed } from './support/streams.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const LIMIT_MS = 1000;
const KEY_RING = JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } });
const SETTINGS = fakeSettings({ KEY_RING });

let gateway: TestGateway;
let origin: string;
let admin: ApiClient;

beforeAll(async () => {
  gateway = await startTestGateway({}, { KEY_RING });
  origin = gateway.origin;
  admin = await ApiClient.signIn(origin, 'ada');
});

afterAll(() => gateway.stop());

const blockPath = ({ client_id }: RegisteredClient) => `/api/v1/admin/clients/${client_id}/block`;
const block = (client: RegisteredClient, by = admin) => by.call('PUT', blockPath(client));
const unblock = (client: RegisteredClient, by = admin) => by.call('DELETE', blockPath(client));

/** A browser in which somebody of another organisation is signed in. */
async function foreignBrowser(subject: string): Promise<Browser> {
  const browser = new Browser(origin);
  browser.addCookies(
    await signInCookie(SETTINGS, {
      tenant: 'other',
      subject,
      roles: ['administrator'],
      signedInAtMs: Date.now(),
      signInId: 'id',
    }),
  );
  return browser;
}

/** The API for an administrator of another organisation. */
async function foreignAdmin(): Promise<ApiClient> {
  const client = await registered(origin);
  const url = authorizationUrl(origin, client, { resource: `${origin}/api`, scope: 'account admin' });
  const device = await Device.approve(origin, client, await foreignBrowser('ada'), url);
  return new ApiClient(origin, device.tokens.access_token);
}

test('a blocked client loses sessions and streams of both eras at every user within a second; others go on', async () => {
  const [client, other] = [await registered(origin), await registered(origin)];
  const [ada, bob] = [await Device.signIn(origin, client, 'ada'), await Device.signIn(origin, client, 'bob')];
  const kept = await Device.signIn(origin, other, 'bob');
  const open = [await openAll(ada), await openAll(bob)];
  const keptOpen = await openAll(kept);
  let ended: unknown;
  const blocked = async () => {
    ended = (await block(client)).body;
  };
  expect(await timed(blocked, ...open.map(each => each.ended))).toBeLessThan(LIMIT_MS);
  expect(ended).toEqual({ ended: 2 });
  for (const { session } of open) expect(await statusOf(session.request(1, 'ping'))).toBe(401);
  for (const device of [ada, bob]) {
    const { refresh_token } = device.tokens;
    const fields = { grant_type: 'refresh_token', client_id: client.client_id, refresh_token };
    expect((await postForm(`${origin}/oauth/token`, fields)).status).toBe(400);
  }
  expect(await statusOf(keptOpen.session.request(1, 'ping'))).toBe(200);
  expect(await Promise.race([keptOpen.ended.then(() => 'ended'), Promise.resolve('open')])).toBe('open');
});

test('a blocked client gets no consent page, no code and no token, until it is unblocked', async () => {
  const client = await registered(origin);
  const url = authorizationUrl(origin, client);
  const browser = new Browser(origin);
  await browser.signIn(url, 'bob');
  const form = { ...(await browser.formAt(url)), decision: 'approve' };
  const code = await browser.approve(url);
  await block(client);
  const page = await browser.open(url);
  expect([page.status, page.headers.get('location')]).toEqual([403, null]);
  expect(await page.text()).toContain('blocked this app');
  const decided = await browser.post('/authorize', form);
  expect([decided.status, decided.headers.get('location')]).toEqual([403, null]);
  expect((await redeem(origin, client, code)).status).toBe(400);
  expect((await unblock(client)).status).toBe(204);
  expect(await statusOf((await Device.approve(origin, client, browser)).mcp.modern('server/discover'))).toBe(
    200,
  );
});

test('nothing that is connected or refreshed while a block runs survives it', {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < 20; round++) {
    const client = await registered(origin);
    const url = authorizationUrl(origin, client);
    const browser = new Browser(origin);
    await browser.signIn(url, 'bob');
    const refreshing = await Device.approve(origin, client, browser);
    const connecting = async () => {
      const code = await browser.approve(url).catch(() => '');
      const answer = await redeem(origin, client, code);
      return answer.ok ? ((await answer.json()) as Tokens).access_token : null;
    };
    const { access_token } = refreshing.tokens;
    const refreshed = refreshing.refresh().then(() => refreshing.tokens.access_token);
    const [connected, again, { status }] = await Promise.all([connecting(), refreshed, block(client)]);
    expect(status).toBe(200);
    for (const token of [connected, again, access_token].filter(each => typeof each === 'string')) {
      const answer = await fetch(`${origin}/mcp/memory`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(401);
    }
  }
});

test('organisations do not touch each other', async () => {
  const client = await registered(origin);
  const ours = await Device.signIn(origin, client, 'bob');
  const theirs = await Device.approve(origin, client, await foreignBrowser('bob'));
  const foreigner = await foreignAdmin();
  expect((await block(client, foreigner)).body).toEqual({ ended: 1 });
  expect(await statusOf(theirs.mcp.modern('server/discover'))).toBe(401);
  expect(await statusOf(ours.mcp.modern('server/discover'))).toBe(200);
  expect((await foreigner.get('/api/v1/admin/users')).body.users).toEqual([]);
  expect((await foreigner.call('POST', '/api/v1/admin/users/bob/end')).status).toBe(404);
  expect((await foreigner.get('/api/v1/admin/users/bob/connections')).status).toBe(404);
  const listed = (await admin.get('/api/v1/admin/clients')).body.clients as { id: string; block: unknown }[];
  expect(listed.find(({ id }) => id === client.client_id)?.block).toBeNull();
});

test('a registration is deleted where one organisation has the client to itself, and only blocked where not', async () => {
  const [own, shared] = [await registered(origin), await registered(origin)];
  await Device.signIn(origin, own, 'bob');
  await Device.signIn(origin, shared, 'bob');
  const theirs = await Device.approve(origin, shared, await foreignBrowser('bob'));
  const remove = ({ client_id }: RegisteredClient) =>
    admin.call('DELETE', `/api/v1/admin/clients/${client_id}`);
  expect((await remove(own)).body).toEqual({ ended: 1, isDeleted: true });
  expect((await remove(shared)).body).toEqual({ ended: 1, isDeleted: false });
  expect((await fetch(authorizationUrl(origin, own), { redirect: 'manual' })).status).toBe(400);
  expect(await statusOf(theirs.mcp.modern('server/discover'))).toBe(200);
  expect((await remove({ client_id: 'unknown' })).status).toBe(404);
  expect((await remove({ client_id: encodeURIComponent('https://client.example/id.json') })).status).toBe(
    404,
  );
});
