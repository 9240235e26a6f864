import { beforeAll, describe, expect, inject, test } from 'vitest';
import { envelope, type RawClient, type RawSession } from './support/raw-client.ts';
import { type HttpRequest, sendHttp } from './support/raw-http.ts';
import { statusOf, wireClient } from './support/wire.ts';

const PATH = '/mcp/everything';
const MIB = 1024 * 1024;
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

let client: RawClient;
let session: RawSession;
let headers: Record<string, string>;

beforeAll(async () => {
  client = await wireClient(inject('origin'), PATH);
  session = await client.initialize();
  headers = {
    authorization: `Bearer ${client.token}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-session-id': session.id,
  };
});

const send = (request: Partial<HttpRequest>) =>
  sendHttp(inject('origin'), { path: PATH, ...request, headers: { ...headers, ...request.headers } });

/** How a body was refused: status and code. */
async function refusal(request: Partial<HttpRequest>): Promise<[number, number | undefined]> {
  const { status, text } = await send(request);
  return [status, JSON.parse(text).error?.code];
}

/** A request of exactly so many bytes. */
function sized(bytes: number): string {
  const empty = JSON.stringify({ ...LIST, params: { padding: '' } });
  return JSON.stringify({ ...LIST, params: { padding: 'x'.repeat(bytes - empty.length) } });
}

/** A request that nests exactly so deep. */
function nested(depth: number): string {
  const arrays = depth - 2;
  const params = `{"padding":${'['.repeat(arrays)}"[[[{{{\\"[["${']'.repeat(arrays)}}`;
  return `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":${params}}`;
}

describe('a request body', () => {
  test('may have 1 MiB, declared or chunked', async () => {
    expect((await send({ body: sized(MIB) })).status).toBe(200);
    expect((await send({ body: sized(MIB).match(/.{1,100000}/gs) ?? [] })).status).toBe(200);
  });

  test('of one byte more is refused with 413, declared or chunked', async () => {
    const body = sized(MIB + 1);
    expect(await refusal({ body })).toEqual([413, -32000]);
    expect(await refusal({ body: body.match(/.{1,100000}/gs) ?? [] })).toEqual([413, -32000]);
  });

  test('of the authorization server is limited in the same way', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/sign-in', '/authorize', '/oauth/token', '/oauth/register', '/oauth/revoke']) {
      const { status } = await send({ path, headers: form, body: 'x'.repeat(MIB + 1) });
      expect([path, status]).toEqual([path, 413]);
    }
  });

  test('may nest 64 levels and no more; brackets in strings do not count', async () => {
    expect((await send({ body: nested(64) })).status).toBe(200);
    expect(await refusal({ body: nested(65) })).toEqual([400, -32600]);
    expect(await refusal({ body: '['.repeat(500_000) })).toEqual([400, -32600]);
    expect(await refusal({ body: '{"a":'.repeat(100_000) })).toEqual([400, -32600]);
  });

  test.each([
    ['a stray byte', [0xff]],
    ['an overlong form', [0xc0, 0x80]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['half a character', [0xe2, 0x82]],
  ])('that is no UTF-8 is refused (%s)', async (_what, bytes) => {
    const body = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ]);
    expect(await refusal({ body })).toEqual([400, -32700]);
    expect(await refusal({ body: Buffer.from(bytes) })).toEqual([400, -32700]);
  });

  test.each(['', ' ', '{', 'undefined', '{"a":1}{}', "{'a':1}", '[1,]', 'NaN', '"\u0000"'])(
    'that is no JSON is -32700 (%j)',
    async body => {
      expect(await refusal({ body })).toEqual([400, -32700]);
    },
  );

  test.each([
    'null',
    '1',
    '"x"',
    'true',
    '{}',
    '{"jsonrpc":"1.0","id":1,"method":"ping"}',
    '{"id":1,"method":"ping"}',
  ])('that is JSON but no message is -32600 (%j)', async body => {
    expect(await refusal({ body })).toEqual([400, -32600]);
  });
});

describe('2025-11-25, Streamable HTTP: media types', () => {
  const body = JSON.stringify(LIST);

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonx',
    '',
  ])('a body of type "%s" is 415', async type => {
    expect((await send({ body, headers: { 'content-type': type } })).status).toBe(415);
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;x=y'])(
    '"%s" is JSON',
    async type => {
      expect((await send({ body, headers: { 'content-type': type } })).status).toBe(200);
    },
  );

  test.each(['text/html', 'image/*, text/plain;q=0.5', 'application/xml'])(
    'who accepts "%s" only is answered 406',
    async accept => {
      expect((await send({ body, headers: { accept } })).status).toBe(406);
    },
  );

  test('a GET that does not accept an event stream is 406', async () => {
    expect((await send({ method: 'GET', headers: { accept: 'application/json' } })).status).toBe(406);
  });
});

describe('2026-07-28, Streamable HTTP, "Security Warning"', () => {
  const body = JSON.stringify(LIST);
  const PAGES = [
    PATH,
    '/mcp',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server',
  ];

  test.each([
    'evil.example',
    'localhost.evil.example',
    'localhost@evil.example',
    'localhost.',
    '10.0.0.1:80',
    '[::2]',
  ])('a host that is not ours is refused everywhere (%s)', async host => {
    const paths = [
      ...PAGES,
      '/authorize',
      '/sign-in',
      '/oauth/token',
      '/oauth/register',
      '/oauth/revoke',
      '/healthz',
    ];
    for (const path of paths) {
      const method = /mcp|sign-in|oauth\//.test(path) ? 'POST' : 'GET';
      expect([
        path,
        (await send({ method, path, headers: { host }, ...(method === 'POST' && { body }) })).status,
      ]).toEqual([path, 403]);
    }
  });

  test.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'null',
    'file://',
    'http://evil.example:8787',
  ])('a page of another origin is refused (%j)', async origin => {
    const answers = await Promise.all([
      send({ body, headers: { origin } }),
      send({ method: 'GET', headers: { origin } }),
      send({ method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(answers.map(answer => answer.headers['access-control-allow-origin'])).toEqual(
      Array(3).fill(undefined),
    );
  });

  test('a page of an allowed origin may send what MCP needs and read what it answers', async () => {
    const origin = 'http://localhost:5173';
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, mcp-param-region, x-evil',
    };
    const { authorization: _token, ...anonymous } = headers;
    const preflight = await sendHttp(inject('origin'), {
      method: 'OPTIONS',
      path: PATH,
      headers: { ...anonymous, ...asked, origin },
    });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin]);
    const allowed = (preflight.headers['access-control-allow-headers'] ?? '').toLowerCase().split(', ');
    const needed =
      'authorization content-type mcp-method mcp-name mcp-protocol-version mcp-session-id last-event-id';
    expect(allowed).toEqual(expect.arrayContaining([...needed.split(' '), 'mcp-param-region']));
    expect(allowed).not.toContain('x-evil');
    expect(preflight.headers['access-control-allow-methods']).toMatch(/GET.*POST.*DELETE/);

    for (const auth of [headers.authorization, 'Bearer garbage']) {
      const answer = await send({ body, headers: { origin, authorization: auth ?? '' } });
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
      expect(answer.headers['access-control-expose-headers']).toMatch(/Mcp-Session-Id.*WWW-Authenticate/i);
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    }
  });
});

describe("headers of the gateway's own", () => {
  test('change nothing when a client sends them', async () => {
    const plain = await send({ body: JSON.stringify(LIST) });
    for (const name of [
      'gatehouse-hop',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-real-ip',
      'cf-connecting-ip',
    ]) {
      for (const value of ['forged', 'http://evil.example/', client.token]) {
        const { status, text } = await send({ body: JSON.stringify(LIST), headers: { [name]: value } });
        expect([name, status, text]).toEqual([name, 200, plain.text]);
      }
    }
  });

  test('make no token: without one a request stays unauthorized', async () => {
    const forged = { authorization: '', 'gatehouse-hop': client.token };
    expect((await send({ body: JSON.stringify(LIST), headers: forged })).status).toBe(401);
  });

  test('a request with all of its headers doubled is refused', async () => {
    const doubled = { 'mcp-session-id': [session.id, session.id] };
    const { status } = await sendHttp(inject('origin'), {
      path: PATH,
      body: JSON.stringify(LIST),
      headers: { ...headers, ...doubled },
    });
    expect(status).toBe(404);
  });
});

describe('a client that misbehaves', () => {
  test('does not end the session of one that does not', async () => {
    const bad = Array.from({ length: 50 }, (_, number) => send({ body: '{'.repeat(number + 1) }));
    await Promise.all(bad);
    expect(await statusOf(session.request(1, 'ping'))).toBe(200);
    const _meta = envelope();
    expect(await statusOf(client.modern('tools/list', { _meta }))).toBe(200);
  });
});
