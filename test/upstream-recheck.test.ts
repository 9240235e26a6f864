import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { Device, type TokenAnswer } from './support/device.ts';
import { type Accounts, type RunningProvider, startIdentityProvider } from './support/identity-provider.ts';
import { authorizationUrl, type RegisteredClient, registered } from './support/oauth.ts';
import { COMMON, personIn, startOidcGateway } from './support/oidc-gateway.ts';
import { logIn } from './support/provider-login.ts';
import { findStored, storedFiles } from './support/stored-files.ts';
import { openStream, REVOCATION_LIMIT_MS, timed } from './support/streams.ts';
import type { TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';
import { statusOf } from './support/wire.ts';

/** People at the provider; each test has one of its own. */
const accounts: Accounts = Object.fromEntries(
  ['removed', 'demoted', 'moved', 'patient', 'rotating', 'twice', 'stored'].map(login => [
    login,
    { email: `${login}@acme.example`, groups: ['mcp-admins'], org: 'acme.example' },
  ]),
);

/** Answers of the same moment are used again for two seconds. */
const POLLING = { timeout: 10_000, interval: 200 };

let gateway: TestGateway;
let provider: RunningProvider;
let client: RegisteredClient;
let url: URL;
let issuer: string;

beforeAll(async () => {
  const [port, providerPort] = [await freePort(), await freePort()];
  provider = await startIdentityProvider(providerPort, `http://localhost:${port}`, accounts);
  issuer = `http://127.0.0.1:${providerPort}`;
  const acme = {
    ...COMMON,
    id: 'acme',
    name: 'Acme',
    issuer,
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    // This provider gives refresh tokens only to who asks for consent.
    parameters: { prompt: 'consent' },
  };
  gateway = await startOidcGateway([acme], { port });
  client = await registered(gateway.origin);
  url = authorizationUrl(gateway.origin, client);
});

afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

/** Signs a person in at the provider, and approves. */
async function deviceOf(login: string, browser = new WebBrowser()): Promise<Device> {
  const consent = await logIn(browser, url, 'acme', login);
  return approved(browser, consent);
}

async function approved(browser: WebBrowser, consent: Parameters<WebBrowser['submit']>[0]): Promise<Device> {
  const back = await browser.approve(consent);
  return Device.redeem(gateway.origin, client, back?.searchParams.get('code') ?? '');
}

const refused = (words: string) => ({
  status: 400,
  body: { error: 'invalid_grant', error_description: expect.stringContaining(words) },
});

/** A person's open session and streams, of both eras, and what they answer. */
async function everythingOpen(device: Device) {
  const session = await device.mcp.initialize();
  const streams = [await openStream(await session.get()), await openStream(await device.listen())];
  return { ended: streams.map(({ ended }) => ended), status: () => statusOf(session.request(1, 'ping')) };
}

/** Refreshes until the provider was asked anew: an answer of the same moment is used again. */
async function recheck(device: Device): Promise<TokenAnswer> {
  const { refreshes } = provider;
  let answer = await device.refresh();
  await expect
    .poll(async () => {
      if (provider.refreshes === refreshes) answer = await device.refresh();
      return provider.refreshes;
    }, POLLING)
    .toBe(refreshes + 1);
  return answer;
}

describe('a person who was removed at the provider', () => {
  test('loses everything on all devices at the next refresh of one, within a second', async () => {
    const browser = new WebBrowser();
    const first = await deviceOf('removed', browser);
    const second = await approved(browser, await browser.go(url));
    const open = [await everythingOpen(first), await everythingOpen(second)];
    delete accounts.removed;
    const refresh = async () =>
      expect(await first.refresh()).toMatchObject(refused('no longer lets this user in'));
    const ended = open.flatMap(each => each.ended);
    expect(await timed(refresh, ...ended)).toBeLessThan(REVOCATION_LIMIT_MS);
    expect(await Promise.all(open.map(({ status }) => status()))).toEqual([401, 401]);
    expect(await second.refresh()).toMatchObject(refused('Grant not found'));
    const page = await browser.go(url);
    expect([page.status, page.hasField('return_to')]).toEqual([200, true]);
    expect(await personIn(browser, gateway.origin)).toBeNull();
    const other = new WebBrowser();
    expect((await logIn(other, url, 'acme', 'removed')).url.origin).toBe(issuer);
    expect(await personIn(other, gateway.origin)).toBeNull();
  });

  test.each([
    ['whose groups give no role any more', 'demoted', { groups: ['strangers'] }],
    ['who came to another tenant', 'moved', { org: 'evil.example' }],
  ])('and one %s', async (_who, login, change) => {
    const device = await deviceOf(login);
    const open = await everythingOpen(device);
    accounts[login] = { ...accounts[login], ...change };
    const refresh = async () =>
      expect(await device.refresh()).toMatchObject(refused('no longer lets this user in'));
    expect(await timed(refresh, ...open.ended)).toBeLessThan(REVOCATION_LIMIT_MS);
    expect(await open.status()).toBe(401);
  });
});

test('a provider that is down loses nothing: the same refresh token is good once it is back', async () => {
  const device = await deviceOf('patient');
  const open = await everythingOpen(device);
  await provider.goAway();
  expect(await device.refresh()).toMatchObject({
    status: 503,
    retryAfter: '5',
    body: { error: 'temporarily_unavailable' },
  });
  expect(await open.status()).toBe(200);
  await provider.comeBack();
  await expect.poll(async () => (await device.refresh()).status, POLLING).toBe(200);
});

test('a provider that rotates its refresh tokens is asked with the newest each time', async () => {
  const device = await deviceOf('rotating');
  for (let round = 0; round < 3; round++) expect((await recheck(device)).status).toBe(200);
  expect(new Set(provider.refreshTokens).size).toBe(provider.refreshTokens.length);
});

test('two devices that refresh at the same moment ask once', async () => {
  const browser = new WebBrowser();
  const first = await deviceOf('twice', browser);
  const second = await approved(browser, await browser.go(url));
  const { refreshes } = provider;
  const answers = await Promise.all([first.refresh(), second.refresh()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(provider.refreshes).toBe(refreshes + 1);
});

test("the provider's refresh tokens are not on disk in any encoding, and not in the log", async () => {
  await recheck(await deviceOf('stored'));
  const texts = new Map(provider.refreshTokens.map((token, index) => [`refresh token ${index}`, token]));
  expect(texts.size).toBeGreaterThan(2);
  expect(findStored(storedFiles(gateway.stateDir), texts)).toEqual([]);
  expect([...texts.values()].filter(token => gateway.output().includes(token))).toEqual([]);
});
