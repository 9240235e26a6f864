import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedIn } from '../src/auth/sign-in.ts';
import type { Page } from '../src/cli/form-browser.ts';
import { freePort } from '../src/cli/gateway-process.ts';
import { fakeSettings } from '../src/env.fake.ts';
import { CLIENT, type Running, startIdentityProvider } from './support/identity-provider.ts';
import { authorizationUrl, REDIRECT_URI, type RegisteredClient, registered } from './support/oauth.ts';
import { ScriptedProvider } from './support/scripted-provider.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';

const KEY_RING = JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } });
const SETTINGS = fakeSettings({ KEY_RING });

/** People at the real provider. */
const ACCOUNTS = {
  grace: { email: 'grace@acme.example', groups: ['mcp-admins', 'staff'], org: 'acme.example' },
  heidi: { email: 'heidi@acme.example', groups: ['staff'], org: 'acme.example' },
  mike: { email: 'mike@acme.example', groups: ['strangers'], org: 'acme.example' },
  oscar: { email: 'oscar@evil.example', groups: ['mcp-admins'], org: 'evil.example' },
};

const COMMON = {
  clientId: CLIENT.id,
  clientSecret: 'PROVIDER_SECRET',
  tenant: { claim: 'org', map: { 'acme.example': 'acme' } },
  roles: { claim: 'groups', map: { 'mcp-admins': 'administrator', staff: 'member' } },
  defaultRole: null,
};

let gateway: TestGateway;
let origin: string;
let url: URL;
let scripted: ScriptedProvider;
const running: Running[] = [];

beforeAll(async () => {
  const [port, realPort, scriptedPort, deadPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  scripted = new ScriptedProvider(scriptedPort);
  running.push(await startIdentityProvider(realPort, `http://localhost:${port}`, ACCOUNTS));
  running.push(await scripted.start());
  const at = (providerPort: number) => `http://127.0.0.1:${providerPort}`;
  const providers = [
    { ...COMMON, id: 'acme', name: 'Acme', issuer: at(realPort) },
    { ...COMMON, id: 'scripted', name: 'Scripted', issuer: at(scriptedPort), tenant: 'script' },
    { ...COMMON, id: 'down', name: 'Down', issuer: at(deadPort) },
  ];
  const settings = { OIDC_PROVIDERS: JSON.stringify(providers), PROVIDER_SECRET: CLIENT.secret, KEY_RING };
  gateway = await startTestGateway({ port }, settings);
  running.push(gateway);
  origin = gateway.origin;
  url = authorizationUrl(origin, await registered(origin));
});

afterAll(async () => {
  for (const each of running) await each.stop();
});

/** Who is signed in at the gateway in this browser. */
function personIn(browser: WebBrowser) {
  const headers = { cookie: browser.cookieHeader(origin) };
  return signedIn(SETTINGS, new Request(origin, { headers }));
}

/** Goes through the pages of the real provider, to where the gateway's page comes next. */
async function logIn(browser: WebBrowser, login: string, at = url): Promise<Page> {
  const form = await browser.submit(await browser.go(at), { provider: 'acme' });
  const consent = await browser.submit(form, { login, password: 'any' });
  return consent.hasField('prompt') ? browser.submit(consent) : consent;
}

/** What a browser was sent to the scripted provider with. */
async function begin(browser: WebBrowser, provider = 'scripted') {
  const response = await browser.submitOnly(await browser.go(url), { provider });
  const location = new URL(response.headers.get('location') ?? '');
  const { state = '', nonce = '' } = Object.fromEntries(location.searchParams);
  return { location, state, nonce, cookies: response.headers.getSetCookie() };
}

/** The address that a provider sends the browser back to. Undefined leaves a parameter out. */
function callbackUrl(changes: Readonly<Record<string, string | undefined>>): URL {
  const callback = new URL('/sign-in/callback', origin);
  for (const [name, value] of Object.entries({ iss: scripted.issuer, ...changes })) {
    if (value !== undefined) callback.searchParams.set(name, value);
  }
  return callback;
}

/** A failure is a page of ours that says why, leads nowhere and signs nobody in. */
async function expectRefused(
  browser: WebBrowser,
  callback: URL,
  status: number,
  words: RegExp,
): Promise<void> {
  const response = await browser.open(callback);
  const text = await response.text();
  expect([response.status, response.headers.get('location')]).toEqual([status, null]);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(text).toMatch(words);
  expect(text).not.toMatch(/\n\s+at |node_modules|<script/);
  expect(await personIn(browser)).toBeNull();
}

describe('a login through the pages of a real provider', () => {
  test('ends at our consent page, and then at the client', async () => {
    const browser = new WebBrowser();
    const consent = await logIn(browser, 'grace');
    expect(consent.url.href).toBe(url.href);
    expect(consent.text).toContain('grace@acme.example');
    const back = (await browser.submit(consent, { decision: 'approve' })).redirect;
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
    expect(await personIn(browser)).toMatchObject({ tenant: 'acme', subject: `acme|${login}`, roles });
  });

  test.each([
    ['mike', 'who is in no group', /you are in no group that may use this gateway/],
    ['oscar', 'whose tenant is not ours', /names no tenant of this gateway/],
  ])('%s, %s, is told so and is not signed in', async (login, _who, words) => {
    const browser = new WebBrowser();
    const page = await logIn(browser, login);
    expect([page.status, page.text]).toEqual([403, expect.stringMatching(words)]);
    expect(await personIn(browser)).toBeNull();
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
    expect(await personIn(browser)).toBeNull();
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
    expect(await personIn(browser)).not.toBeNull();
  });
});

describe('security.md 7: our page comes before any redirect to a provider', () => {
  test('it names the client, and has a button per provider', async () => {
    const response = await fetch(url, { redirect: 'manual' });
    const text = await response.text();
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    expect(text).toContain('to continue to <bdi>Test client</bdi>, which works at <bdi>app.example</bdi>');
    for (const id of ['acme', 'scripted', 'down']) expect(text).toContain(`name="provider" value="${id}"`);
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

describe('what goes to a provider and back', () => {
  test('the request has PKCE by S256, state and nonce, and a cookie for this browser only', async () => {
    const { location, cookies, state } = await begin(new WebBrowser());
    expect(Object.fromEntries(location.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: `${origin}/sign-in/callback`,
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(cookies).toEqual([
      expect.stringMatching(
        new RegExp(`^__Host-gatehouse-sign-in-${state}=\\S+; Max-Age=600; Path=/; Secure`),
      ),
    ]);
  });

  test('a right answer signs in, once, and its verifier went to the token endpoint', async () => {
    const browser = new WebBrowser();
    const { state, nonce } = await begin(browser);
    await scripted.grant('right', nonce);
    const callback = callbackUrl({ code: 'right', state });
    const response = await browser.open(callback);
    expect([response.status, response.headers.get('location')]).toEqual([303, url.pathname + url.search]);
    expect(await personIn(browser)).toMatchObject({ tenant: 'script', subject: 'scripted|mallory' });
    expect(scripted.redeemed.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    const again = await browser.open(callback);
    expect([again.status, again.headers.get('location')]).toEqual([403, null]);
  });

  test('sign-ins in two tabs do not disturb each other', async () => {
    const browser = new WebBrowser();
    const [first, second] = [await begin(browser), await begin(browser)];
    for (const [code, { state, nonce }] of [
      ['tab-1', first],
      ['tab-2', second],
    ] as const) {
      await scripted.grant(code, nonce);
      expect((await browser.open(callbackUrl({ code, state }))).status).toBe(303);
    }
  });

  const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;

  test('a token that ended within the clock skew is good', async () => {
    const browser = new WebBrowser();
    const { state, nonce } = await begin(browser);
    await scripted.grant('skew', nonce, { exp: seconds(-10) });
    expect((await browser.open(callbackUrl({ code: 'skew', state }))).status).toBe(303);
  });

  test.each([
    ['for another nonce', () => ({ nonce: 'another' })],
    ['without a nonce', () => ({ nonce: undefined })],
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['for another client', () => ({ aud: 'another' })],
    ['for several clients, by another', () => ({ aud: [CLIENT.id, 'another'], azp: 'another' })],
    ['that has ended', () => ({ exp: seconds(-120) })],
    ['that never ends', () => ({ exp: undefined })],
    ['of nobody', () => ({ sub: undefined })],
  ])('an ID token %s signs nobody in', async (_what, changes) => {
    const browser = new WebBrowser();
    const { state, nonce } = await begin(browser);
    await scripted.grant('wrong', nonce, changes());
    await expectRefused(browser, callbackUrl({ code: 'wrong', state }), 403, /failed a check/);
  });

  test.each([
    ['no algorithm', { alg: 'none' }, ''],
    ['no algorithm, in other letters', { alg: 'NONE' }, ''],
    ['no algorithm, but a signature', { alg: 'none' }, 'c2lnbmF0dXJl'],
    ['an algorithm of shared secrets', { alg: 'HS256' }, 'c2lnbmF0dXJl'],
    ['noise for a signature', { alg: 'RS256', kid: 'k1' }, 'c2lnbmF0dXJl'],
  ])('an ID token with %s signs nobody in', async (_what, header, signature) => {
    const browser = new WebBrowser();
    const { state, nonce } = await begin(browser);
    scripted.grantUnsigned('unsigned', nonce, header, signature);
    await expectRefused(browser, callbackUrl({ code: 'unsigned', state }), 403, /failed a check/);
  });

  test('keys are remembered, and a new one is found at once; one that is not published never', async () => {
    for (const code of ['key-1', 'key-2', 'key-3']) {
      const browser = new WebBrowser();
      if (code === 'key-3') await scripted.rotate();
      const { state, nonce } = await begin(browser);
      await scripted.grant(code, nonce);
      const reads = scripted.keyReads;
      expect((await browser.open(callbackUrl({ code, state }))).status).toBe(303);
      if (code === 'key-2') expect(scripted.keyReads).toBe(reads);
      if (code === 'key-3') expect(scripted.keyReads).toBe(reads + 1);
    }
    const browser = new WebBrowser();
    const { state, nonce } = await begin(browser);
    await scripted.signAsSomebodyElse();
    await scripted.grant('forged', nonce);
    // Tests to come need a key that is published.
    await scripted.rotate();
    await expectRefused(browser, callbackUrl({ code: 'forged', state }), 403, /failed a check/);
  });

  test('a state of elsewhere, of another browser, or none signs nobody in, and the code is not redeemed', async () => {
    const [browser, other] = [new WebBrowser(), new WebBrowser()];
    const [mine, theirs] = [await begin(browser), await begin(other)];
    await scripted.grant('stolen', theirs.nonce);
    const redeemed = scripted.redeemed.length;
    for (const state of [theirs.state, `${mine.state}x`, 'x', '', '__proto__', undefined]) {
      await expectRefused(browser, callbackUrl({ code: 'stolen', state }), 403, /not begun in this browser/);
    }
    expect(scripted.redeemed).toHaveLength(redeemed);
  });

  test.each([
    ['of another provider', { iss: 'https://evil.example' }],
    ['missing, though the provider says that it sends one', { iss: undefined }],
  ])('RFC 9207: an issuer that is %s is refused, and the code is not redeemed', async (_what, iss) => {
    const browser = new WebBrowser();
    const { state, nonce } = await begin(browser);
    await scripted.grant('mixed', nonce);
    const redeemed = scripted.redeemed.length;
    await expectRefused(browser, callbackUrl({ code: 'mixed', state, ...iss }), 403, /failed a check/);
    expect(scripted.redeemed).toHaveLength(redeemed);
  });

  test('a parameter that comes twice is refused', async () => {
    const browser = new WebBrowser();
    const { state } = await begin(browser);
    const callback = callbackUrl({ code: 'a', state });
    callback.searchParams.append('code', 'b');
    await expectRefused(browser, callback, 403, /failed a check/);
  });

  test('a code that the provider does not know is refused, and the sign-in is over', async () => {
    const browser = new WebBrowser();
    const { state } = await begin(browser);
    const callback = callbackUrl({ code: 'unknown', state });
    await expectRefused(browser, callback, 403, /did not confirm the sign-in \(invalid_grant\)/);
    await expectRefused(browser, callback, 403, /not begun in this browser/);
  });

  test('an error of the provider is shown as text', async () => {
    const browser = new WebBrowser();
    const { state } = await begin(browser);
    const error = { error: 'access_denied', error_description: '<script>alert(1)</script>' };
    await expectRefused(
      browser,
      callbackUrl({ state, ...error }),
      403,
      /It says: access_denied: &lt;script&gt;/,
    );
  });
});

test('a provider that is down is named on a page of ours, and others go on', async () => {
  const browser = new WebBrowser();
  const response = await browser.submitOnly(await browser.go(url), { provider: 'down' });
  expect([response.status, response.headers.get('location')]).toEqual([502, null]);
  expect(await response.text()).toContain('Down cannot be reached right now');
  expect((await begin(browser)).state).toBeTruthy();
});

test('nothing of a token or a code is in the log', () => {
  expect(gateway.output()).not.toMatch(/upstream-access-token|stolen|code=|mallory/);
  expect(gateway.output()).toContain('"event":"sign_in_failed"');
});

describe('in production', () => {
  let production: TestGateway;
  let client: RegisteredClient;

  beforeAll(async () => {
    const provider = { ...COMMON, id: 'okta', name: 'Okta', issuer: 'https://idp.example' };
    production = await startTestGateway(
      {},
      {
        GATEHOUSE_ENV: 'production',
        OIDC_PROVIDERS: JSON.stringify([provider]),
        PROVIDER_SECRET: CLIENT.secret,
      },
    );
    client = await registered(production.origin);
  });

  afterAll(() => production.stop());

  test('one provider has a page with its button too, and there are no test identities', async () => {
    const response = await fetch(authorizationUrl(production.origin, client), { redirect: 'manual' });
    const text = await response.text();
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    expect(text.match(/<button [^>]*>/g)).toHaveLength(1);
    expect(text).toContain('name="provider" value="okta"');
    expect(text).not.toMatch(/name="user"|development/);
  });
});

test('a provider without TLS in production is refused before anything is served, with its reason', async () => {
  const provider = { ...COMMON, id: 'okta', name: 'Okta', issuer: 'http://127.0.0.1:1' };
  const settings = { GATEHOUSE_ENV: 'production', OIDC_PROVIDERS: JSON.stringify([provider]) };
  await expect(startTestGateway({}, { ...settings, PROVIDER_SECRET: 'x' })).rejects.toThrow(
    'The setting OIDC_PROVIDERS is wrong: the issuer of "okta" must use https.',
  );
});
