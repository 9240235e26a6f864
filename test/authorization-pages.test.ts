import { beforeAll, describe, expect, inject, test } from 'vitest';
import {
  authorizationUrl,
  Browser,
  REDIRECT_URI,
  type RegisteredClient,
  registered,
} from './support/oauth.ts';
import { statusOf } from './support/wire.ts';

let origin: string;
let client: RegisteredClient;
let url: URL;

beforeAll(async () => {
  origin = inject('origin');
  client = await registered(origin);
  // With `prompt` the page is shown also to those who have allowed it all before.
  url = authorizationUrl(origin, client, { prompt: 'consent' });
});

/** A browser in which somebody has signed in. */
async function signedIn(user: string): Promise<Browser> {
  const browser = new Browser(origin);
  await browser.signIn(url, user);
  return browser;
}

/** Where an answer sends the browser. */
async function locationOf(response: Response | Promise<Response>): Promise<URL | null> {
  const location = (await response).headers.get('location');
  return location === null ? null : new URL(location, origin);
}

describe('RFC 6749, section 3.1.2: redirect URIs are compared as text', () => {
  test.each([
    ['with a slash', `${REDIRECT_URI}/`],
    ['in other letters', 'https://app.example/Callback'],
    ['with a host in other letters', 'https://APP.example/callback'],
    ['with userinfo', 'https://user@app.example/callback'],
    ['with userinfo that hides the host', 'https://app.example@evil.example/callback'],
    ['with dot segments', 'https://app.example/x/../callback'],
    ['with an encoded letter', 'https://app.example/%63allback'],
    ['with a fragment', `${REDIRECT_URI}#x`],
    ['with a query', `${REDIRECT_URI}?x=1`],
    ['with the port it has anyway', 'https://app.example:443/callback'],
    ['with another port', 'https://app.example:8443/callback'],
    ['with another scheme', 'http://app.example/callback'],
    ['with a trailing dot', 'https://app.example./callback'],
    ['with a backslash', 'https://app.example\\@evil.example/callback'],
    ['with a line break', `${REDIRECT_URI}\n`],
    ['with a space', ` ${REDIRECT_URI}`],
    ['without a scheme', '//app.example/callback'],
    ['of a subdomain', 'https://evil.app.example/callback'],
    ['of another site', 'https://evil.example/callback'],
    ['of a script', 'javascript:alert(1)'],
    ['that is empty', ''],
  ])('one %s is not redirected to', async (_what, redirect_uri) => {
    const response = await fetch(authorizationUrl(origin, client, { redirect_uri }), { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    expect(await response.text()).not.toContain('<form');
  });

  test('one that comes twice is not redirected to, in whatever order', async () => {
    const evil = `redirect_uri=${encodeURIComponent('https://evil.example/callback')}`;
    for (const search of [`?${evil}&${url.search.slice(1)}`, `${url.search}&${evil}`]) {
      const response = await fetch(`${origin}/authorize${search}`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    }
  });

  test('an unknown client is not redirected to, nor one without an id', async () => {
    for (const client_id of ['unknown', '', '__proto__', undefined]) {
      const response = await fetch(authorizationUrl(origin, client, { client_id }), { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    }
  });
});

describe('RFC 8707 and RFC 6749: a request that is wrong goes back to the client with its state', () => {
  test.each([
    ['a resource of another site', { resource: 'https://evil.example/mcp' }, 'invalid_target'],
    ['a server that is not there', { resource: 'http://localhost/mcp/nope' }, 'invalid_target'],
    ['a token instead of a code', { response_type: 'token' }, 'unsupported_response_type'],
  ])('%s', async (_what, changes, error) => {
    const back = await locationOf(fetch(authorizationUrl(origin, client, changes), { redirect: 'manual' }));
    const { code, ...said } = Object.fromEntries(back?.searchParams ?? []);
    expect(code).toBeUndefined();
    expect(said).toMatchObject({ error, state: 'state-1', iss: origin });
  });
});

describe('consent', () => {
  test('is asked before anything goes back to the client', async () => {
    const browser = await signedIn('ada');
    const response = await browser.open(url);
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    await response.body?.cancel();
    const form = { ...(await browser.formAt(url)), decision: 'approve' };
    expect((await locationOf(browser.post('/authorize', form)))?.searchParams.get('code')).toBeTruthy();
  });

  test('that is denied goes back as access_denied with state and issuer (RFC 9207)', async () => {
    const browser = await signedIn('bob');
    const back = await locationOf(
      browser.post('/authorize', { ...(await browser.formAt(url)), decision: 'deny' }),
    );
    expect(back?.href).toMatch(new RegExp(`^${REDIRECT_URI}\\?`));
    const { error, state, iss, code } = Object.fromEntries(back?.searchParams ?? []);
    expect({ error, state, iss, code }).toEqual({ error: 'access_denied', state: 'state-1', iss: origin });
  });

  test.each(['', 'APPROVE', 'yes', 'approve '])(
    'is not given by anything but approve (%j)',
    async decision => {
      const browser = await signedIn('ada');
      const back = await locationOf(browser.post('/authorize', { ...(await browser.formAt(url)), decision }));
      expect(back?.searchParams.get('code') ?? null).toBeNull();
    },
  );

  test('counts once', async () => {
    const browser = await signedIn('ada');
    const form = { ...(await browser.formAt(url)), decision: 'approve' };
    expect((await locationOf(browser.post('/authorize', form)))?.searchParams.get('code')).toBeTruthy();
    expect((await locationOf(browser.post('/authorize', form)))?.searchParams.get('code') ?? null).toBeNull();
  });

  test.each(['approve', 'deny'])(
    'cannot be sent from elsewhere, without its handle or by anyone else (%s)',
    async decision => {
      const [browser, other, nobody] = [await signedIn('ada'), await signedIn('eve'), new Browser(origin)];
      const form = { ...(await browser.formAt(url)), decision };
      const foreign = [
        browser.post('/authorize', form, { origin: 'https://evil.example' }),
        browser.post('/authorize', form, { origin: 'null' }),
        browser.post('/authorize', form, { 'sec-fetch-site': 'cross-site' }),
        browser.post('/authorize', { decision }),
        browser.post('/authorize', { ...form, handle: 'x'.repeat(43) }),
        other.post('/authorize', form),
        nobody.post('/authorize', form),
      ];
      for (const response of await Promise.all(foreign)) {
        expect([response.status, response.headers.get('location')]).toEqual([403, null]);
        await response.body?.cancel();
      }
      expect(await statusOf(browser.post('/authorize', form))).toBe(302);
    },
  );
});

test('a browser that changes hands cannot give the consent that somebody else was asked for', async () => {
  const [browser, other] = [await signedIn('ada'), await signedIn('eve')];
  const form = { ...(await browser.formAt(url)), decision: 'approve' };
  browser.takeCookies(other);
  expect(await statusOf(browser.post('/authorize', form))).toBe(403);
});

describe('sign-in', () => {
  test('sets a cookie that scripts cannot read and other hosts cannot set', async () => {
    const browser = new Browser(origin);
    const response = await browser.post('/sign-in', { ...(await browser.formAt(url)), user: 'ada' });
    expect(response.status).toBe(303);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-/);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      expect(cookie).toContain(attribute);
  });

  test('is refused without the token of the form, and sets no cookie', async () => {
    const [browser, other] = [new Browser(origin), new Browser(origin)];
    const form = { ...(await browser.formAt(url)), user: 'ada' };
    const { csrf } = await other.formAt(url);
    const refused = [
      browser.post('/sign-in', { ...form, csrf: '' }),
      browser.post('/sign-in', { ...form, csrf: csrf ?? '' }),
      browser.post('/sign-in', { user: 'ada' }),
      new Browser(origin).post('/sign-in', form),
      browser.post('/sign-in', form, { origin: 'https://evil.example' }),
      browser.post('/sign-in', form, { origin: 'null' }),
      browser.post('/sign-in', form, { 'sec-fetch-site': 'same-site' }),
      browser.post('/sign-in', { ...form, user: 'root' }),
      browser.post('/sign-in', { ...form, user: '__proto__' }),
      browser.open('/sign-in', { method: 'POST', headers: { origin }, body: JSON.stringify(form) }),
      browser.open('/sign-in', { method: 'POST', headers: { origin } }),
    ];
    for (const response of await Promise.all(refused)) {
      expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
      await response.body?.cancel();
    }
  });

  test.each([
    'https://evil.example/',
    '//evil.example/authorize',
    '/\\evil.example/authorize',
    '\\\\evil.example/authorize',
    'https:evil.example/authorize',
    '\t//evil.example/authorize',
    'javascript:alert(1)//authorize',
    'http://localhost@evil.example/authorize',
    '/authorize/../oauth/token',
    '/sign-in',
    'authorize:80',
    '',
  ])('leads nowhere but to our own authorization (%j)', async return_to => {
    const browser = new Browser(origin);
    const form = { ...(await browser.formAt(url)), user: 'ada', return_to };
    const location = await locationOf(browser.post('/sign-in', form));
    expect(`${location?.origin}${location?.pathname}`).toBe(`${origin}/authorize`);
  });

  test('a cookie that was made up signs nobody in', async () => {
    for (const cookie of ['x', 'a.b.c.d.e', `${'A'.repeat(400)}`]) {
      const response = await fetch(url, { headers: { cookie: `__Host-gatehouse-sign-in=${cookie}` } });
      expect([response.status, await response.text()]).toEqual([
        200,
        expect.stringContaining('action="/sign-in"'),
      ]);
    }
  });
});

describe('every page', () => {
  async function pages(): Promise<Response[]> {
    const browser = await signedIn('ada');
    return [
      await fetch(url),
      await browser.open(url),
      await fetch(`${origin}/authorize`),
      await browser.post('/authorize', {}, { origin: 'https://evil.example' }),
      await new Browser(origin).post('/sign-in', {}),
    ];
  }

  test('has a policy that allows no script, no frame and no other host', async () => {
    for (const response of await pages()) {
      const policy = response.headers.get('content-security-policy') ?? '';
      for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
        expect(policy).toContain(rule);
      }
      expect(policy).not.toMatch(/script-src|unsafe/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).not.toContain('<script');
    }
  });

  test('shows what a client says of itself as text', async () => {
    const hostile = await registered(origin, { client_name: '<img src=x onerror=alert(1)>"\'&\u202e' });
    const browser = await signedIn('ada');
    const html = await (await browser.open(authorizationUrl(origin, hostile))).text();
    expect(html).toContain('&lt;img');
    expect(html).not.toMatch(/<img|\u202e/);
  });
});
