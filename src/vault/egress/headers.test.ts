import { expect, test } from 'vitest';
import { mayBeOpened, requestHeaders, responseHeaders } from './headers.ts';

const SECRET = 'gho_16C7e42F292c6912E7710c838347Ae178B4a';

/** What tool code must not say: who sends, where it goes, what it may, and how it travels. */
const CLOSED: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'host',
  ':authority',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-version',
  'x-real-ip',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  'cf-connecting-ip',
  'cf-worker',
  'cf-ray',
  'cf-any-version',
  'true-client-ip',
  'x-api-key',
  'private-token',
  'origin',
  'referer',
  'sec-fetch-site',
  'sec-websocket-version',
  'proxy-version',
  'connection',
  'upgrade',
  'te',
  'transfer-encoding',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
  'range',
  'if-range',
  'traceparent',
  'x-gatehouse-anything',
];

test('a request has what is open to tool code, and no more', () => {
  const said = new Headers({ accept: 'application/json', 'x-github-api-version': '2022-11-28' });
  for (const name of CLOSED.filter(each => !each.startsWith(':'))) said.set(name, 'of the tool');
  expect(Object.fromEntries(requestHeaders(said))).toEqual({
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Gatehouse',
    'x-github-api-version': '2022-11-28',
  });
});

test('a server may open headers of its API, and nothing that is closed', () => {
  const said = new Headers({ 'x-tenant': 'acme', 'stripe-account': 'a', 'x-other': 'b', cookie: 'c' });
  const opened = ['x-tenant', 'stripe-account', ...CLOSED];
  const {
    'user-agent': _agent,
    'accept-encoding': _coding,
    ...sent
  } = Object.fromEntries(requestHeaders(said, 'http', opened));
  expect(sent).toEqual({ 'x-tenant': 'acme', 'stripe-account': 'a' });
  expect(CLOSED.filter(mayBeOpened)).toEqual([]);
  expect(['x-auth', 'x-csrf-token', 'x-amz-security-token', 'x y', ''].filter(mayBeOpened)).toEqual([]);
});

test.each(['content-type', 'idempotency-key', 'if-none-match', 'user-agent', 'notion-version'])(
  'tool code may say %s',
  name => {
    expect(requestHeaders(new Headers({ [name]: 'said' })).get(name)).toBe('said');
  },
);

test('an answer has what is open to tool code, without the secret', () => {
  const answered = new Headers({
    'content-type': 'text/plain',
    etag: `"${SECRET}"`,
    link: `<https://api.example/?page=2&key=${encodeURIComponent(SECRET)}>; rel="next"`,
    location: `/x?token=${Buffer.from(`:${SECRET}`).toString('base64')}`,
    'x-ratelimit-remaining': '59',
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-my-private-password': 'named',
    'set-cookie': 'session=1',
    'www-authenticate': `Bearer ${SECRET}`,
    'x-debug': SECRET,
    'content-encoding': 'gzip',
    'content-length': '10',
    'transfer-encoding': 'chunked',
    'gatehouse-error': 'connection_missing',
    'x-request-id': Buffer.from(SECRET).toString('hex'),
  });
  expect(Object.fromEntries(responseHeaders(answered, [SECRET]))).toEqual({
    'content-type': 'text/plain',
    etag: '"[redacted]"',
    link: '<https://api.example/?page=2&key=[redacted]>; rel="next"',
    location: expect.stringMatching(/^\/x\?token=.{0,3}\[redacted\].{0,4}$/),
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining': '59',
    'x-request-id': '[redacted]',
  });
});

test('of MCP, what its connectors say and remote servers answer is open to them, and to no tool code', () => {
  const said = {
    'mcp-session-id': 's1',
    'mcp-protocol-version': '2025-11-25',
    'mcp-method': 'tools/call',
    'mcp-name': 'search',
    'mcp-param-region': 'eu',
    'mcp-anything': 'else',
    'last-event-id': '7',
  };
  const { 'mcp-anything': _, ...open } = said;
  const others = { 'accept-encoding': 'identity', 'user-agent': 'Gatehouse' };
  expect(Object.fromEntries(requestHeaders(new Headers(said), 'mcp'))).toEqual({ ...open, ...others });
  expect([...requestHeaders(new Headers(said)).keys()].filter(name => name.startsWith('mcp-'))).toEqual([
    'mcp-protocol-version',
  ]);
});

test('a remote MCP server may name its session, and say what it asks for, without the secret', () => {
  const answered = new Headers({
    'mcp-session-id': `session-of-${SECRET}`,
    'www-authenticate': `Bearer realm="${SECRET}", error="invalid_token", scope="a ${SECRET}"`,
  });
  expect(Object.fromEntries(responseHeaders(answered, [SECRET], 'mcp'))).toEqual({
    'mcp-session-id': 'session-of-[redacted]',
    'www-authenticate': 'Bearer error="invalid_token", scope="a [redacted]"',
  });
  expect([...responseHeaders(answered, [SECRET])]).toEqual([]);
});
