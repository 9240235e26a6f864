import { createExecutionContext, env } from 'cloudflare:test';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { ECHO_CODINGS, ECHO_FORMS, formsFound } from '../../../test/support/echo-forms.ts';
import type { Env } from '../../env.ts';
import { operatorFetch } from '../../network/outbound-fetch.ts';
import { Egress } from './egress.ts';
import type { EgressProps } from './egress-props.ts';

const SITE = inject('echoSite');
const KEY = 'sk+live/9dG7_Qz~TnR2 "Y4m"';
const PROPS: EgressProps = {
  user: { tenant: 'acme', subject: 'ada' },
  server: 'board',
  connections: ['site'],
  session: null,
  protocol: 'http',
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** The egress of a server that declares one connection, to a third party that really listens. */
function egressWith(
  settings: Record<string, string> = {},
  connection: object = {},
  props: Partial<EgressProps> = {},
): Egress {
  const site = {
    id: 'site',
    name: 'Site',
    owner: 'tenant',
    origins: [SITE],
    secret: 'SITE_KEY',
    ...connection,
  };
  const other = { ...site, id: 'other', paths: ['/other'] };
  const context = createExecutionContext();
  Object.defineProperty(context, 'props', { value: { ...PROPS, ...props } });
  const given = {
    ...env,
    CONNECTIONS: JSON.stringify([site, other]),
    SITE_KEY: KEY,
    EGRESS_ALLOW_LOOPBACK: 'true',
    ...settings,
  };
  return new Egress(context as never, given as unknown as Env);
}

const ask = (path: string, init: RequestInit = {}, settings = {}, connection = {}): Promise<Response> =>
  egressWith(settings, connection).fetch(new Request(new URL(path, SITE), init));

/** How many endless answers the third party is sending. */
const streaming = async () => Number(await (await operatorFetch(`${SITE}/streaming`)).text());

const PLACEMENTS = {
  bearer: { in: 'bearer' },
  header: { in: 'header', name: 'X-Api-Key', prefix: '' },
  query: { in: 'query', name: 'key' },
} as const;

describe('an echo of the credential', () => {
  test('is what the third party makes of it, so that what follows shows something', async () => {
    const response = await operatorFetch(`${SITE}/echo`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(formsFound([await response.text()], KEY)).toContain('raw');
  });

  test.each(Object.keys(ECHO_FORMS))('as %s is removed, whole, in pieces and compressed', async form => {
    const paths = [
      `/echo?form=${form}`,
      `/echo?form=${form}&chunked`,
      ...Object.keys(ECHO_CODINGS).map(coding => `/echo?form=${form}&coding=${coding}`),
      `/echo?form=${form}&coding=gzip&chunked`,
    ];
    for (const path of paths) {
      const response = await ask(path);
      const bytes = Buffer.from(await response.arrayBuffer()).toString('latin1');
      expect([path, response.status, formsFound([bytes], KEY)]).toEqual([path, 200, []]);
      expect(bytes).toContain('[redacted]');
    }
  });

  test.each(Object.entries(PLACEMENTS))(
    'is removed wherever it was placed (%s)',
    async (_name, placement) => {
      const text = await (await ask('/request?a=b', {}, {}, { placement })).text();
      expect(text).toContain('[redacted]');
      expect(formsFound([text], KEY)).toEqual([]);
    },
  );

  test('of a user name and password is removed', async () => {
    const login = { placement: { in: 'basic' } };
    const text = await (await ask('/request', {}, { SITE_KEY: `ada:${KEY}` }, login)).text();
    expect(text).toMatch(/"authorization":"Basic \[redacted\].{0,2}"/);
    expect(formsFound([text], KEY)).toEqual([]);
  });

  test.each(['raw', 'base64', 'percent', 'hex'])(
    'in headers and in the words of the status is removed (%s)',
    async form => {
      const response = await ask(`/echo-headers?status=201&form=${form}`);
      expect([response.status, response.headers.get('set-cookie')]).toEqual([201, null]);
      expect(response.headers.get('link')).toContain('[redacted]');
      expect(formsFound([response.statusText, JSON.stringify([...response.headers])], KEY)).toEqual([]);
    },
  );

  test('cannot be hidden behind an encoding that nobody undoes', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const named of ['GZIP', 'x-gzip', 'zstd', 'gzip, gzip']) {
      const response = await ask(`/echo?coding=gzip&named=${encodeURIComponent(named)}`);
      expect([named, response.status]).toEqual([named, 502]);
    }
  });
});

test('what is for other organisations is nothing to a server that declares it', async () => {
  const response = await ask('/request', {}, {}, { tenants: ['other'] });
  expect([response.status, await response.text()]).toEqual([
    403,
    expect.stringContaining('connections: none'),
  ]);
  expect((await ask('/request', {}, {}, { tenants: ['other', 'acme'] })).status).toBe(200);
});

describe('a request', () => {
  test('is made anew: of what tool code says only what is open to it goes out', async () => {
    const headers = {
      host: 'evil.example',
      cookie: 'a=b',
      authorization: 'Bearer of the tool',
      'cf-connecting-ip': '10.0.0.1',
      'x-forwarded-host': 'evil.example',
      'x-github-api-version': '2022-11-28',
    };
    const cf = { cacheEverything: true, resolveOverride: 'evil.example' };
    await ask('/request?fresh', { headers, cf } as RequestInit);
    const seen = (await (await operatorFetch(`${SITE}/seen`)).json()) as { url: string; headers: object }[];
    expect(seen.find(({ url }) => url === '/request?fresh')?.headers).toEqual({
      host: new URL(SITE).host,
      authorization: `Bearer ${KEY}`,
      'accept-encoding': 'identity',
      'user-agent': 'Gatehouse',
      'x-github-api-version': '2022-11-28',
      'cache-control': 'no-cache',
      pragma: 'no-cache',
      'cf-worker': expect.any(String),
    });
  });

  test('has its body, and again after a redirect that keeps it', async () => {
    const sent = await ask('/redirect?status=307&to=/request', { method: 'PUT', body: 'the body' });
    expect(await sent.json()).toMatchObject({ method: 'PUT', url: '/request', body: 'the body' });
  });

  test('for a connection that its server does not declare is one for that which it does', async () => {
    expect((await ask('/other', {}, {}, { paths: ['/request'] })).status).toBe(403);
  });

  test('goes nowhere by upgrade, and there are no sockets', async () => {
    const response = await ask('/request', { headers: { upgrade: 'websocket' } });
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ reason: 'upgrade' }),
    ]);
    expect('connect' in egressWith()).toBe(false);
  });

  test('is refused where its body is too large, before anything is sent', async () => {
    const response = await ask(
      '/request?large',
      { method: 'POST', body: 'xxxx' },
      { EGRESS_MAX_REQUEST_BYTES: '3' },
    );
    expect([response.status, response.headers.get('gatehouse-error')]).toEqual([
      413,
      'egress_request_too_large',
    ]);
    expect(await (await operatorFetch(`${SITE}/seen`)).text()).not.toContain('/request?large');
  });

  test.each(['GET', 'HEAD', 'DELETE'])(
    'that is a %s is sent again where the third party cannot serve it',
    async method => {
      expect((await ask(`/flaky?key=${method}&fails=2`, { method })).status).toBe(200);
      expect((await ask(`/flaky?key=${method}-3&fails=3`, { method })).status).toBe(503);
    },
  );

  test('that is a POST is sent once', async () => {
    expect((await ask('/flaky?key=POST&fails=1', { method: 'POST', body: 'x' })).status).toBe(503);
  });
});

describe('an answer', () => {
  test.each([
    [204, '/status?code=204'],
    [304, '/status?code=304&etag=1'],
    [404, '/nothing'],
    [500, '/status?code=500'],
  ])('of %i is handed on', async (status, path) => {
    expect((await ask(path)).status).toBe(status);
  });

  test('to HEAD has its headers and no body, whatever length it says', async () => {
    const response = await ask(
      '/huge?bytes=5000&named',
      { method: 'HEAD' },
      { EGRESS_MAX_RESPONSE_BYTES: '10' },
    );
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('comes while it is being sent, and ends for the third party when nobody reads it', async () => {
    const reader = (await ask('/endless')).body?.getReader();
    for (let events = 0; events < 3; events += 1) {
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('data: tick');
    }
    expect(await streaming()).toBe(1);
    await reader?.cancel();
    await vi.waitFor(async () => expect(await streaming()).toBe(0));
  });

  test('that trickles without end is broken off when the time is over', async () => {
    const response = await ask('/endless', {}, { EGRESS_TIMEOUT_MS: '300' });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow(/longer than EGRESS_TIMEOUT_MS \(300 ms\)/);
    await vi.waitFor(async () => expect(await streaming()).toBe(0));
  });

  test('that trickles on while the secret may begin is broken off too', async () => {
    const response = await ask(`/endless?piece=s`, {}, { EGRESS_TIMEOUT_MS: '300' });
    await expect(response.text()).rejects.toThrow(/EGRESS_TIMEOUT_MS/);
  });

  test('that never comes is waited for until the time is over', async () => {
    const response = await ask('/silent', {}, { EGRESS_TIMEOUT_MS: '200' });
    expect([response.status, response.headers.get('gatehouse-error')]).toEqual([504, 'egress_timeout']);
    await vi.waitFor(async () => expect(await streaming()).toBe(0));
  });

  test('that is too large is broken off, also where it is small as it comes', async () => {
    const small = { EGRESS_MAX_RESPONSE_BYTES: '100000' };
    expect((await ask('/huge?bytes=100001&named', {}, small)).status).toBe(502);
    const isOver = /larger than EGRESS_MAX_RESPONSE_BYTES \(100000 bytes\)/;
    for (const path of [
      '/huge?bytes=100001',
      '/huge?bytes=5000000&coding=gzip',
      '/huge?bytes=5000000&coding=br',
    ]) {
      await expect((await ask(path, {}, small)).text()).rejects.toThrow(isOver);
    }
    expect(await (await ask('/huge?bytes=100000', {}, small)).text()).toHaveLength(100_000);
  });

  test('is not waited for when whoever asked has gone', async () => {
    const leaving = new AbortController();
    const asking = ask('/silent', { signal: leaving.signal });
    await vi.waitFor(async () => expect(await streaming()).toBe(1));
    leaving.abort();
    await asking;
    await vi.waitFor(async () => expect(await streaming()).toBe(0));
  });
});

test('a redirect that holds the credential tells nothing of it', async () => {
  const response = await ask(`/redirect?to=${encodeURIComponent('https://evil.example/CREDENTIAL')}`);
  const text = await response.text();
  expect([response.status, formsFound([text, JSON.stringify([...response.headers])], KEY)]).toEqual([
    403,
    [],
  ]);
  expect(text).not.toContain('evil.example');
});

test('a third party that is not there is named, and no address is told', async () => {
  const settings = { EGRESS_MAX_RETRIES: '0' };
  const response = await egressWith(settings, { origins: ['http://127.0.0.1:9'] }).fetch(
    new Request('http://127.0.0.1:9/x?y=z'),
  );
  expect([response.status, await response.json()]).toEqual([
    502,
    expect.objectContaining({ error: 'egress_failed', detail: expect.stringContaining('cannot be reached') }),
  ]);
});

test('without the setting this machine is not reached, whatever connections there are', async () => {
  const response = await ask('/request', {}, { EGRESS_ALLOW_LOOPBACK: 'false' });
  expect([response.status, await response.json()]).toEqual([
    403,
    expect.objectContaining({ reason: 'scheme' }),
  ]);
});

test('a credential that the third party refuses is not sent again, and the operator is named', async () => {
  const response = await ask('/status?code=401');
  expect([response.status, await response.json()]).toEqual([
    424,
    expect.objectContaining({ error: 'connection_dead', connection: 'site' }),
  ]);
});

describe('what a remote MCP server is asked', () => {
  const MCP = { protocol: 'mcp' } as const;
  const askMcp = (path: string, init: RequestInit = {}, settings = {}, connection = {}) =>
    egressWith(settings, connection, MCP).fetch(new Request(new URL(path, SITE), init));

  test('may be answered by a stream that outlasts both limits, each event of it at once', async () => {
    const settings = { EGRESS_TIMEOUT_MS: '200', CALL_TIMEOUT_MS: '200', EGRESS_MAX_RESPONSE_BYTES: '20' };
    const response = await askMcp('/endless', {}, settings);
    const reader = response.body?.getReader();
    const begin = Date.now();
    for (let bytes = 0; Date.now() - begin < 600 || bytes < 100; ) {
      const { value, done } = (await reader?.read()) ?? {};
      expect(done).toBe(false);
      bytes += value?.length ?? 0;
    }
    await reader?.cancel();
    await vi.waitFor(async () => expect(await streaming()).toBe(0));
  });

  test('has to be answered within CALL_TIMEOUT_MS', async () => {
    const response = await askMcp('/silent', {}, { CALL_TIMEOUT_MS: '200' });
    expect([response.status, await response.json()]).toEqual([
      504,
      expect.objectContaining({ detail: expect.stringContaining('CALL_TIMEOUT_MS (200 ms)') }),
    ]);
    await vi.waitFor(async () => expect(await streaming()).toBe(0));
  });

  test('is sent once where it is a POST, whatever comes of it', async () => {
    const call = { method: 'POST', body: '{"method":"tools/call"}' };
    expect((await askMcp('/flaky?key=mcp&fails=1', call)).status).toBe(503);
  });

  test('is answered by a refusal that is handed on, where the server is open and nobody could connect', async () => {
    const open = { placement: { in: 'none' }, secret: undefined };
    const response = await askMcp('/status?code=401', { method: 'POST', body: '{}' }, {}, open);
    expect([response.status, response.headers.get('gatehouse-error')]).toEqual([401, null]);
  });
});
