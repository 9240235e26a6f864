import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Page } from '../src/cli/form-browser.ts';
import { Device } from './support/device.ts';
import { authorizationUrl, Browser, registered } from './support/oauth.ts';
import { openAll, timed } from './support/streams.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const LIMIT_MS = 1000;

let gateway: TestGateway;
let origin: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  origin = gateway.origin;
});

afterAll(() => gateway.stop());

/** A browser that has signed in for the page itself. */
async function signedIn(user: string): Promise<Browser> {
  const browser = new Browser(origin);
  await browser.signIn(new URL('/account', origin), user);
  return browser;
}

const htmlOf = async (browser: Browser, path = '/account') => (await browser.open(path)).text();

/** The hidden fields of the form whose button is called so. */
function formOf(html: string, label: string): Record<string, string> {
  const form = (html.match(/<form.*?<\/form>/gs) ?? []).find(each => each.includes(`aria-label="${label}"`));
  if (form === undefined) throw new Error(`there is no button "${label}" in ${html}`);
  return new Page(new URL(origin), 200, form).hiddenFields;
}

describe('signing in', () => {
  test('is asked for first, and leads back here', async () => {
    const browser = new Browser(origin);
    const page = await browser.open('/account');
    const html = await page.text();
    expect(html).toContain('action="/sign-in"');
    expect(html).toContain('name="return_to" value="/account"');
    const { hiddenFields } = new Page(new URL(origin), 200, html);
    const answer = await browser.post('/sign-in', { ...hiddenFields, user: 'eve' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
    expect(await htmlOf(browser)).toContain('Signed in as <bdi>eve</bdi>');
  });

  test.each(['/account/x', '//evil.example/account', '/accounts', '/account@evil.example'])(
    'leads to nothing that only looks like it (%s)',
    async return_to => {
      const browser = new Browser(origin);
      const form = { ...(await browser.formAt(new URL('/account', origin))), user: 'eve', return_to };
      const location = (await browser.post('/sign-in', form)).headers.get('location') ?? '';
      expect(new URL(location, origin).pathname).toBe('/authorize');
      expect(new URL(location, origin).origin).toBe(origin);
    },
  );
});

describe('what is shown', () => {
  test('is a helpful sentence where nothing is connected', async () => {
    const html = await htmlOf(await signedIn('aidan'));
    expect(html).toContain('Nothing is connected.');
    expect(html).toContain('href="/sign-out"');
  });

  test('is each app with its place, its abilities in words, its use and its sessions', async () => {
    const client = await registered(origin, { client_name: 'Editor' });
    const device = await Device.signIn(origin, client, 'eve', { scope: 'mcp memory:read' });
    await device.mcp.initialize();
    const html = await htmlOf(await signedIn('eve'));
    for (const text of [
      '<bdi>Editor</bdi>',
      '<bdi>Memory</bdi>',
      'connect, and see what there is; read in Memory',
      '1 open session',
      '<bdi>raw-client 1.0.0</bdi>',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).toMatch(/last used <time datetime="\d{4}-[^"]+Z" title="[^"]+">just now<\/time>/);
  });

  test('is nothing of anybody else', async () => {
    await Device.signIn(origin, await registered(origin, { client_name: 'Secret app' }), 'bob');
    expect(await htmlOf(await signedIn('olivia'))).not.toContain('Secret app');
  });

  test('is what a client calls itself as text, whatever that is', async () => {
    const client_name = '<img src=x onerror=alert(1)>"\'&\u202e';
    const device = await Device.signIn(origin, await registered(origin, { client_name }), 'bob');
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: '</bdi><script>\u202e', version: '"><script>' },
    };
    const opened = await device.mcp.send({ body: { jsonrpc: '2.0', id: 1, method: 'initialize', params } });
    expect(opened.status).toBe(200);
    const html = await htmlOf(await signedIn('bob'));
    expect(html).toContain('<bdi>&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toMatch(/<img|<script|\u202e/);
  });

  test('has the policy of every page, and no script', async () => {
    await Device.signIn(origin, await registered(origin), 'olivia');
    const response = await (await signedIn('olivia')).open('/account');
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"]) {
      expect(policy).toContain(rule);
    }
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toMatch(/<script|\son\w+=|\sstyle=/);
  });
});

describe('ending', () => {
  test('an app ends its sessions and streams within a second, and is confirmed', async () => {
    const client = await registered(origin, { client_name: 'Doomed' });
    const device = await Device.signIn(origin, client, 'ada');
    const { session, ended } = await openAll(device);
    const browser = await signedIn('ada');
    const form = formOf(await htmlOf(browser), 'Disconnect Doomed');
    let location = '';
    const disconnect = async () => {
      const answer = await browser.post('/account', form);
      location = answer.headers.get('location') ?? '';
      expect(answer.status).toBe(303);
    };
    expect(await timed(disconnect, ended)).toBeLessThan(LIMIT_MS);
    expect(await statusOf(session.request(1, 'ping'))).toBe(401);
    const html = await htmlOf(browser, location);
    expect(html).toContain('The app is disconnected.');
    expect(html).toContain('role="status"');
    expect(html).not.toContain('Doomed');
    expect((await browser.post('/account', form)).headers.get('location')).toBe('/account?ended=nothing');
  });

  test('a session leaves its app connected', async () => {
    const device = await Device.signIn(origin, await registered(origin, { client_name: 'Kept' }), 'ada');
    const session = await device.mcp.initialize();
    const browser = await signedIn('ada');
    const form = formOf(await htmlOf(browser), 'End the session of raw-client 1.0.0');
    expect((await browser.post('/account', form)).headers.get('location')).toBe('/account?ended=session');
    expect(await statusOf(session.request(1, 'ping'))).toBe(404);
    expect(await statusOf(device.mcp.modern('server/discover'))).toBe(200);
  });

  test('one of several installations leaves the others', async () => {
    const client = await registered(origin, { client_name: 'Twin' });
    const devices = [await Device.signIn(origin, client, 'ada'), await Device.signIn(origin, client, 'ada')];
    const browser = await signedIn('ada');
    const form = formOf(await htmlOf(browser), 'Disconnect Twin, connection 2');
    expect((await browser.post('/account', form)).headers.get('location')).toBe('/account?ended=connection');
    const statuses = await Promise.all(devices.map(device => statusOf(device.mcp.modern('server/discover'))));
    expect(statuses.toSorted()).toEqual([200, 401]);
  });

  test('takes our own page: no token, a foreign token, another origin and another person end nothing', async () => {
    const client = await registered(origin, { client_name: 'Guarded' });
    const device = await Device.signIn(origin, client, 'ada');
    const [browser, other] = [await signedIn('ada'), await signedIn('bob')];
    const form = formOf(await htmlOf(browser), 'Disconnect Guarded');
    const { csrf = '' } = await other.formAt(new URL('/sign-out', origin));
    const refused = [
      browser.post('/account', { ...form, csrf: '' }),
      browser.post('/account', { ...form, csrf }),
      browser.post('/account', form, { origin: 'https://evil.example' }),
      browser.post('/account', form, { 'sec-fetch-site': 'cross-site' }),
      new Browser(origin).post('/account', form),
      other.post('/account', form),
    ];
    for (const answer of await Promise.all(refused)) expect(answer.status).toBe(403);
    await other.post('/account', { ...form, csrf });
    expect((await browser.post('/account', { ...form, kind: 'everything' })).status).toBe(400);
    expect(await statusOf(device.mcp.modern('server/discover'))).toBe(200);
  });

  test('says nothing but our own sentences', async () => {
    const html = await htmlOf(await signedIn('ada'), '/account?ended=%3Cb%3Eyou%20have%20won');
    expect(html).not.toContain('won');
    expect(await htmlOf(await signedIn('ada'), '/account?ended=constructor')).not.toContain('role="status"');
  });

  test('a form over the limit is refused', async () => {
    const browser = await signedIn('ada');
    expect((await browser.post('/account', { id: 'x'.repeat(1024 * 1024) })).status).toBe(413);
  });
});

test('an authorization request still leads back to itself', async () => {
  const url = authorizationUrl(origin, await registered(origin));
  const browser = new Browser(origin);
  const answer = await browser.post('/sign-in', { ...(await browser.formAt(url)), user: 'ada' });
  expect(answer.headers.get('location')).toBe(url.pathname + url.search);
});
