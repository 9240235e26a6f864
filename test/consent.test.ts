import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import {
  authorizationUrl,
  Browser,
  postForm,
  REDIRECT_URI,
  type RegisteredClient,
  redeem,
  registered,
} from './support/oauth.ts';
import { RawClient, type RawSession } from './support/raw-client.ts';
import { statusOf } from './support/wire.ts';

const origin = inject('origin');
const READING = { scope: 'mcp memory:read' };
const LOOPBACK_URI = 'http://127.0.0.1:33418/callback';

let client: RegisteredClient;

beforeAll(async () => {
  client = await registered(origin, { redirect_uris: [REDIRECT_URI, LOOPBACK_URI] });
});

const urlFor = (changes: Readonly<Record<string, string>> = {}, of = client) =>
  authorizationUrl(origin, of, { ...READING, ...changes });

async function signedIn(user = 'ada'): Promise<Browser> {
  const browser = new Browser(origin);
  await browser.signIn(urlFor(), user);
  return browser;
}

interface Granted {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

async function granted(browser: Browser, url: URL, choices: Record<string, string> = {}): Promise<Granted> {
  const answer = await redeem(origin, client, await browser.approve(url, choices));
  return (await answer.json()) as Granted;
}

/** Whether a browser is asked for consent, rather than sent on. */
async function isAsked(browser: Browser, url: URL): Promise<boolean> {
  const response = await browser.open(url);
  await response.body?.cancel();
  return response.status === 200;
}

describe('before anyone signs in', () => {
  test('who asks, where access goes and what for are shown, and nobody is sent anywhere', async () => {
    const response = await fetch(urlFor(), { redirect: 'manual' });
    const html = await response.text();
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    for (const text of ['Test client', 'app.example', 'Memory', 'Read']) expect(html).toContain(`>${text}</`);
    expect(html.indexOf('app.example')).toBeLessThan(html.indexOf('action="/sign-in"'));
  });
});

describe('what the person chooses for a server', () => {
  test.each([
    ['as it was asked', {}, 'mcp memory:read'],
    ['more than was asked', { 'access.memory': 'write' }, 'mcp memory:read memory:write'],
    ['less than was asked', { 'access.memory': 'none' }, 'mcp'],
    ['something else', { 'access.memory': 'admin' }, 'mcp memory:read'],
    ['a server that is not behind the endpoint', { 'access.everything': 'write' }, 'mcp memory:read'],
  ])('%s is what is granted', async (_what, choices, scope) => {
    expect((await granted(await signedIn(), urlFor({ prompt: 'consent' }), choices)).scope).toBe(scope);
  });

  test('scopes that mean nothing here are left out, and rights to administer are not for members', async () => {
    const asked = urlFor({ scope: 'mcp memory:read admin nonsense other:write', prompt: 'consent' });
    expect((await granted(await signedIn('bob'), asked)).scope).toBe('mcp memory:read');
    const api = { resource: `${origin}/api`, scope: 'account admin' };
    expect((await granted(await signedIn('bob'), urlFor(api))).scope).toBe('account');
    expect((await granted(await signedIn('ada'), urlFor(api))).scope).toBe('account admin');
  });

  test('without scopes a client gets what it takes to read', async () => {
    const url = urlFor({ prompt: 'consent' });
    url.searchParams.delete('scope');
    expect((await granted(await signedIn(), url)).scope).toBe('mcp memory:read');
  });
});

describe('a consent is remembered', () => {
  test('for the client, its redirect URI and the endpoint; whatever differs asks again', async () => {
    const own = await registered(origin, { redirect_uris: [REDIRECT_URI, `${REDIRECT_URI}/2`] });
    const browser = await signedIn('eve');
    const url = urlFor({}, own);
    expect(await isAsked(browser, url)).toBe(true);
    await browser.approve(url);
    expect(await isAsked(browser, url)).toBe(false);
    const others = [
      urlFor({ scope: 'mcp memory:read memory:write' }, own),
      urlFor({ redirect_uri: `${REDIRECT_URI}/2` }, own),
      urlFor({ resource: `${origin}/mcp` }, own),
      urlFor({ prompt: 'consent' }, own),
      urlFor({}, await registered(origin)),
    ];
    for (const other of others) expect(await isAsked(browser, other)).toBe(true);
  });

  test('for the person, not for the browser', async () => {
    const own = await registered(origin);
    const [browser, other] = [await signedIn('eve'), await signedIn('bob')];
    await browser.approve(urlFor({}, own));
    expect(await isAsked(await signedIn('eve'), urlFor({}, own))).toBe(false);
    expect(await isAsked(other, urlFor({}, own))).toBe(true);
  });

  test('so the same question gets the same answer, and a client that asks for less gets less', async () => {
    const browser = await signedIn('eve');
    await browser.approve(urlFor({ prompt: 'consent' }), { 'access.memory': 'write' });
    expect((await granted(browser, urlFor())).scope).toBe('mcp memory:read memory:write');
    expect((await granted(browser, urlFor({ scope: 'mcp' }))).scope).toBe('mcp');
  });

  test.each([
    ['one of its installations', (id: string, _client: string) => `/api/v1/connections/${id}`],
    ['the whole app', (_id: string, client: string) => `/api/v1/clients/${client}`],
  ])('until the person disconnects %s: then it is asked about again', async (_what, path) => {
    const own = await registered(origin);
    const browser = await signedIn('eve');
    await browser.approve(urlFor({}, own));
    const api = await ApiClient.signIn(origin, 'eve', 'account');
    const { connections } = (await api.get('/api/v1/connections')).body;
    const { id } = connections.find(({ client: { id } }: { client: { id: string } }) => id === own.client_id);
    expect((await api.call('DELETE', path(id, own.client_id))).status).toBeLessThan(300);
    expect(await isAsked(browser, urlFor({}, own))).toBe(true);
  });

  test('but an app on the own device is asked about each time (RFC 8252 section 8.6)', async () => {
    const browser = await signedIn('eve');
    const url = urlFor({ redirect_uri: LOOPBACK_URI });
    await browser.approve(url);
    expect(await isAsked(browser, url)).toBe(true);
  });
});

describe('a client that asks for more', () => {
  const WRITING = { scope: 'mcp memory:read memory:write' };
  const openSession = ({ access_token }: Granted) =>
    new RawClient(`${origin}/mcp/memory`, access_token).initialize();
  const pingIn = (session: RawSession, { access_token }: Granted) => {
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const at = new RawClient(`${origin}/mcp/memory`, access_token);
    return statusOf(at.send({ headers: { 'mcp-session-id': session.id }, body }));
  };
  const refreshStatus = ({ refresh_token }: Granted) => {
    const { client_id } = client;
    return statusOf(
      postForm(`${origin}/oauth/token`, { grant_type: 'refresh_token', client_id, refresh_token }),
    );
  };

  test('from the browser it came from before keeps its session, and its earlier tokens end', async () => {
    const browser = await signedIn();
    const before = await granted(browser, urlFor({ prompt: 'consent' }));
    const session = await openSession(before);
    const after = await granted(browser, urlFor(WRITING));
    expect(await pingIn(session, after)).toBe(200);
    expect(await pingIn(session, before)).toBe(401);
    expect(await refreshStatus(before)).toBe(400);
    expect(await refreshStatus(after)).toBe(200);
  });

  test('loses nothing as long as it has not fetched its new tokens', async () => {
    const browser = await signedIn();
    const before = await granted(browser, urlFor({ prompt: 'consent' }));
    const session = await openSession(before);
    await browser.approve(urlFor(WRITING));
    expect(await pingIn(session, before)).toBe(200);
    expect(await pingIn(session, await granted(browser, urlFor(WRITING)))).toBe(200);
  });

  test('from another browser is another installation: the session stays closed to it', async () => {
    const before = await granted(await signedIn(), urlFor({ prompt: 'consent' }));
    const session = await openSession(before);
    expect(await pingIn(session, await granted(await signedIn(), urlFor(WRITING)))).toBe(404);
    expect(await pingIn(session, before)).toBe(200);
  });

  test('as another person of the same browser is another installation', async () => {
    const [browser, other] = [await signedIn('ada'), await signedIn('eve')];
    const session = await openSession(await granted(browser, urlFor({ prompt: 'consent' })));
    browser.takeCookies(other);
    expect(await pingIn(session, await granted(browser, urlFor(WRITING)))).toBe(404);
  });

  test('for the same again is another installation, as a second device with this browser would be', async () => {
    const browser = await signedIn();
    const before = await granted(browser, urlFor({ prompt: 'consent' }));
    const session = await openSession(before);
    expect(await pingIn(session, await granted(browser, urlFor({ prompt: 'consent' })))).toBe(404);
    expect(await pingIn(session, before)).toBe(200);
  });

  test('after it was revoked begins anew', async () => {
    const browser = await signedIn();
    const before = await granted(browser, urlFor({ prompt: 'consent' }));
    const session = await openSession(before);
    const { client_id } = client;
    await postForm(`${origin}/oauth/revoke`, { client_id, token: before.refresh_token });
    expect(await pingIn(session, await granted(browser, urlFor(WRITING)))).toBe(404);
  });

  test('ends as a whole when any of its grants is revoked', async () => {
    const browser = await signedIn();
    await granted(browser, urlFor({ prompt: 'consent' }));
    const after = await granted(browser, urlFor(WRITING));
    const session = await openSession(after);
    const { client_id } = client;
    await postForm(`${origin}/oauth/revoke`, { client_id, token: after.refresh_token });
    expect(await pingIn(session, after)).toBe(401);
  });
});
