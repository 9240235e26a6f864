import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from '../src/cli/form-browser.ts';
import { ApiClient } from './support/api-client.ts';
import { operatorOf, publish } from './support/catalog.ts';
import { type ProtectedRemote, startProtectedRemote } from './support/protected-remote.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { LINK_CAPABILITIES, signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { agreeThere } from './support/third-party.ts';
import { WebBrowser } from './support/web-browser.ts';

let gateway: TestGateway;
let remote: ProtectedRemote;
let other: ProtectedRemote;

beforeAll(async () => {
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true' });
  [remote, other] = [await startProtectedRemote('modern'), await startProtectedRemote('modern')];
});

afterAll(async () => {
  await gateway.stop();
  await remote.stop();
  await other.stop();
});

const documentOf = (name: string, auth: object = {}) =>
  ({
    kind: 'remote',
    name,
    title: 'Notes',
    description: 'A server of the tests.',
    url: remote.url,
    auth: { kind: 'oauth', ...auth },
  }) as const;

async function open(user: string, path: string, browser: WebBrowser): Promise<Page> {
  const page = await browser.go(new URL(path, gateway.origin));
  return page.hasField('return_to') ? browser.submit(page, { user }) : page;
}

/** Goes to the remote's authorization server and agrees there. @returns the callback, not yet opened. */
async function callbackOf(browser: WebBrowser, user: string, path: string): Promise<URL> {
  const page = await open(user, path, browser);
  return agreeThere(browser, await browser.submitOnly(page, { action: 'connect' }), page.url);
}

async function connect(user: string, path: string): Promise<Page> {
  const browser = new WebBrowser();
  return browser.go(await callbackOf(browser, user, path));
}

const clientOf = (server: string, user: string): Promise<TestClient> =>
  signIn(SDK_2, new URL(`/mcp/${server}`, gateway.origin), user, LINK_CAPABILITIES);

test("what is the organisation's is connected by an operator, and used by all", async () => {
  await publish(gateway, documentOf('shared', { owner: 'tenant' }));
  const client = await clientOf('shared', 'eve');
  const told = client.call('gatehouse_connect');
  await expect(told).rejects.toThrow('an operator or administrator connects it');
  const browser = new WebBrowser();
  const page = await open('eve', '/connect/mcp.shared', browser);
  expect(page.text).toContain('An operator or administrator connects it');
  expect((await connect('olivia', '/connect/mcp.shared')).text).toContain('is connected');
  expect(await client.call('echo', { message: 'for all' })).toMatchObject({ content: [{ text: 'for all' }] });
  await client.sdk.close();
});

test('a program disconnects a remote by the id of its connection: it is missing then, and what was given is revoked there', async () => {
  await publish(gateway, documentOf('ended'));
  await connect('eve', '/connect/mcp.ended');
  const api = await ApiClient.signIn(gateway.origin, 'eve');
  const standing = async () => {
    const { body } = await api.get('/api/v1/credentials');
    return body.credentials.find(({ id }: { id: string }) => id === 'mcp.ended')?.state;
  };
  expect(await standing()).toBe('connected');
  const before = remote.revocations;
  expect((await api.call('DELETE', '/api/v1/credentials/mcp.ended')).status).toBe(204);
  expect(await standing()).toBe('missing');
  await expect.poll(() => remote.revocations).toBeGreaterThan(before);
  for (const id of ['mcp.ended', 'mcp.nothing']) {
    const { status, body } = await api.call('DELETE', `/api/v1/credentials/${id}`);
    expect([status, body.code]).toEqual([404, 'connection_unknown']);
  }
});

test('what a user has connected is revoked where it was given when all of their access ends', async () => {
  await publish(gateway, documentOf('left'));
  await connect('bob', '/connect/mcp.left');
  const before = remote.revocations;
  const operator = await operatorOf(gateway);
  expect((await operator.call('POST', '/api/v1/admin/users/bob/end')).status).toBe(204);
  await expect.poll(() => remote.revocations).toBeGreaterThan(before);
});

test('a code is not taken to another authorization server than the one that gave it', async () => {
  await publish(gateway, documentOf('moving'));
  const browser = new WebBrowser();
  const callback = await callbackOf(browser, 'eve', '/connect/mcp.moving');
  await moved('moving');
  const grants = other.grants.length;
  const page = await browser.go(callback);
  expect(page.text).toContain('changed meanwhile');
  expect(other.grants).toHaveLength(grants);
});

test('what was connected before its authorization server changed is dead, and its tokens go nowhere', async () => {
  await publish(gateway, documentOf('moved'));
  await connect('bob', '/connect/mcp.moved');
  const client = await clientOf('moved', 'bob');
  await client.call('echo', { message: 'before' });
  await moved('moved');
  const admitted = remote.admitted.length;
  await expect
    .poll(async () => (await open('bob', '/connect/mcp.moved', new WebBrowser())).text)
    .toContain('No longer good');
  await client.call('echo', { message: 'after' }).catch(() => {});
  expect(remote.admitted).toHaveLength(admitted);
  await client.sdk.close();
});

test('an answer that does not say who it is from is not believed, where that authorization server always says', async () => {
  await publish(gateway, documentOf('nameless'));
  const browser = new WebBrowser();
  const callback = await callbackOf(browser, 'eve', '/connect/mcp.nameless');
  expect(callback.searchParams.get('iss')).toBe(remote.issuer);
  callback.searchParams.delete('iss');
  expect((await browser.go(callback)).text).toContain('failed a check');
});

test('the gateway says who it is as a client', async () => {
  const { origin } = gateway;
  const response = await fetch(`${origin}/connect/client-metadata.json`);
  expect(await response.json()).toMatchObject({
    client_id: `${origin}/connect/client-metadata.json`,
    redirect_uris: [`${origin}/connect/callback`],
    token_endpoint_auth_method: 'none',
  });
});

/** Has the remote name another authorization server, and an operator save the server again. */
async function moved(name: string): Promise<void> {
  const operator = await operatorOf(gateway);
  remote.otherIssuer = other.issuer;
  try {
    const path = `/api/v1/admin/servers/${name}`;
    const { status, body } = await operator.call('PUT', `${path}?basedOn=1`, documentOf(name));
    expect([status, body]).toEqual([200, expect.objectContaining({ version: 2 })]);
  } finally {
    remote.otherIssuer = null;
  }
}
