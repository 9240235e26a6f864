import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { CLIENT, type Running } from './support/identity-provider.ts';
import { authorizationUrl, registered } from './support/oauth.ts';
import { COMMON, personIn, startOidcGateway } from './support/oidc-gateway.ts';
import { ScriptedProvider } from './support/scripted-provider.ts';
import type { TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';

let gateway: TestGateway;
let provider: Running;
let origin: string;
let url: URL;
let scripted: ScriptedProvider;

beforeAll(async () => {
  scripted = new ScriptedProvider(await freePort());
  provider = await scripted.start();
  const { issuer } = scripted;
  gateway = await startOidcGateway([
    { ...COMMON, id: 'scripted', name: 'Scripted', issuer, tenant: 'script' },
  ]);
  origin = gateway.origin;
  url = authorizationUrl(origin, await registered(origin));
});

afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

/** What a browser was sent to the scripted provider with. */
async function begin(browser: WebBrowser) {
  const response = await browser.submitOnly(await browser.go(url), { provider: 'scripted' });
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
  expect(await personIn(browser, origin)).toBeNull();
}

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
    expect(await personIn(browser, origin)).toMatchObject({ tenant: 'script', subject: 'scripted|mallory' });
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

test('nothing of a token or a code is in the log', () => {
  expect(gateway.output()).not.toMatch(/upstream-access-token|stolen|code=|mallory/);
  expect(gateway.output()).toContain('"event":"sign_in_failed"');
});
