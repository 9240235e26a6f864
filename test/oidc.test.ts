import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { type Running, startIdentityProvider } from './support/identity-provider.ts';
import { authorizationUrl, REDIRECT_URI, registered } from './support/oauth.ts';
import { COMMON, personIn, startOidcGateway } from './support/oidc-gateway.ts';
import { logIn as logInAt } from './support/provider-login.ts';
import { WebBrowser } from './support/web-browser.ts';

/** People at the real provider. */
const ACCOUNTS = {
  grace: { email: 'grace@acme.example', groups: ['mcp-admins', 'staff'], org: 'acme.example' },
  heidi: { email: 'heidi@acme.example', groups: ['staff'], org: 'acme.example' },
  mike: { email: 'mike@acme.example', groups: ['strangers'], org: 'acme.example' },
  oscar: { email: 'oscar@evil.example', groups: ['mcp-admins'], org: 'evil.example' },
};

let origin: string;
let url: URL;
const running: Running[] = [];

beforeAll(async () => {
  const [port, realPort, deadPort] = [await freePort(), await freePort(), await freePort()];
  running.push(await startIdentityProvider(realPort, `http://localhost:${port}`, ACCOUNTS));
  const providers = [
    { ...COMMON, id: 'acme', name: 'Acme', issuer: `http://127.0.0.1:${realPort}` },
    { ...COMMON, id: 'down', name: 'Down', issuer: `http://127.0.0.1:${deadPort}` },
  ];
  const gateway = await startOidcGateway(providers, { port });
  running.push(gateway);
  origin = gateway.origin;
  url = authorizationUrl(origin, await registered(origin));
});

afterAll(async () => {
  for (const each of running) await each.stop();
});

const logIn = (browser: WebBrowser, login: string) => logInAt(browser, url, 'acme', login);

describe('a login through the pages of a real provider', () => {
  test('ends at our consent page, and then at the client', async () => {
    const browser = new WebBrowser();
    const consent = await logIn(browser, 'grace');
    expect(consent.url.href).toBe(url.href);
    expect(consent.text).toContain('grace@acme.example');
    const back = await browser.approve(consent);
    expect(`${back?.origin}${back?.pathname}`).toBe(REDIRECT_URI);
    const [, tenant, subject] = (back?.searchParams.get('code') ?? '').split('.');
    const text = (part = '') => Buffer.from(part, 'base64url').toString();
    expect([text(tenant), text(subject)]).toEqual(['acme', 'acme|grace']);
  });

  test.each([
    ['grace', ['administrator', 'member']],
    ['heidi', ['member']],
  ])('%s has the tenant of their claim and the roles of their groups', async (login, roles) => {
    const browser = new WebBrowser();
    await logIn(browser, login);
    expect(await personIn(browser, origin)).toMatchObject({
      tenant: 'acme',
      subject: `acme|${login}`,
      roles,
    });
  });

  test.each([
    ['mike', 'who is in no group', /you are in no group that may use this gateway/],
    ['oscar', 'whose tenant is not ours', /names no tenant of this gateway/],
  ])('%s, %s, is told so and is not signed in', async (login, _who, words) => {
    const browser = new WebBrowser();
    const page = await logIn(browser, login);
    expect([page.status, page.text]).toEqual([403, expect.stringMatching(words)]);
    expect(await personIn(browser, origin)).toBeNull();
  });

  test('that is cancelled there ends on a page of ours that says what the provider said', async () => {
    const browser = new WebBrowser();
    const form = await browser.submit(await browser.go(url), { provider: 'acme' });
    const page = await browser.go(new URL(/href="([^"]+\/abort)"/.exec(form.text)?.[1] ?? '', form.url));
    expect([page.status, page.url.pathname]).toEqual([403, '/sign-in/callback']);
    expect(page.text).toMatch(/Acme did not sign you in\. It says: access_denied/);
  });

  test('is ended by signing out, here and at the provider', async () => {
    const browser = new WebBrowser();
    await logIn(browser, 'heidi');
    const ask = await browser.go(`${origin}/sign-out`);
    expect(ask.text).toContain('heidi@acme.example');
    const atProvider = await browser.submit(ask);
    expect(await personIn(browser, origin)).toBeNull();
    expect(atProvider.url.pathname).toBe('/session/end');
    const done = await browser.submit(atProvider, { logout: 'yes' });
    expect([done.url.href, done.text]).toEqual([`${origin}/sign-out`, expect.stringContaining('signed out')]);
    const again = await browser.submit(await browser.go(url), { provider: 'acme' });
    expect(again.text).toContain('name="login"');
  });

  test('is not ended by a form of elsewhere, or without its token', async () => {
    const browser = new WebBrowser();
    await logIn(browser, 'heidi');
    const { csrf = '' } = (await browser.go(`${origin}/sign-out`)).hiddenFields;
    for (const [headers, token] of [
      [{ origin: 'https://evil.example' }, csrf],
      [{ origin }, ''],
      [{ origin }, `${csrf}x`],
    ] as const) {
      const body = new URLSearchParams({ csrf: token });
      const response = await browser.open(`${origin}/sign-out`, { method: 'POST', headers, body });
      expect(response.status).toBe(403);
    }
    expect(await personIn(browser, origin)).not.toBeNull();
  });
});

describe('security.md 7: our page comes before any redirect to a provider', () => {
  test('it says who asks, where access goes and what for, and then has a button per provider', async () => {
    const response = await fetch(url, { redirect: 'manual' });
    const text = await response.text();
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    for (const shown of ['Test client', 'app.example', 'Memory'])
      expect(text).toContain(`<bdi>${shown}</bdi>`);
    for (const id of ['acme', 'down']) {
      expect(text.indexOf(`name="provider" value="${id}"`)).toBeGreaterThan(text.indexOf('app.example'));
    }
  });

  test('its form is good only from itself', async () => {
    const browser = new WebBrowser();
    const fields = { ...(await browser.go(url)).hiddenFields, provider: 'acme' };
    const post = (headers: Record<string, string>, changes: Record<string, string> = {}) =>
      browser.open(`${origin}/sign-in`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ ...fields, ...changes }),
      });
    const refused = [
      post({ origin: 'https://evil.example' }),
      post({ origin, 'sec-fetch-site': 'cross-site' }),
      post({ origin }, { csrf: '' }),
      post({ origin }, { provider: 'nope' }),
      post({ origin }, { provider: '__proto__' }),
    ];
    for (const response of await Promise.all(refused)) {
      expect([response.status, response.headers.get('location')]).toEqual([403, null]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });
});

test('a provider that is down is named on a page of ours, and others go on', async () => {
  const browser = new WebBrowser();
  const response = await browser.submitOnly(await browser.go(url), { provider: 'down' });
  expect([response.status, response.headers.get('location')]).toEqual([502, null]);
  expect(await response.text()).toContain('Down cannot be reached right now');
  expect((await logIn(browser, 'heidi')).url.href).toBe(url.href);
});
