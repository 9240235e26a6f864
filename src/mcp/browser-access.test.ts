import { expect, test } from 'vitest';
import { deploymentOf } from '../deployment.ts';
import { fakeEnv } from '../env.fake.ts';
import { refusal } from '../errors.fake.ts';
import { checkOrigin, crossOriginHeaders, isAllowedOrigin, preflight } from './browser-access.ts';

const ORIGIN = 'https://mcp.example.com';
const PRODUCTION = await deploymentOf(
  fakeEnv({ PUBLIC_ORIGIN: ORIGIN, ALLOWED_ORIGINS: 'https://app.example.com, https://other.example' }),
  new Request(ORIGIN),
);
const DEVELOPMENT = await deploymentOf(
  fakeEnv({ GATEHOUSE_ENV: 'development' }),
  new Request('http://localhost:8787'),
);

test.each([
  [ORIGIN, true],
  ['https://app.example.com', true],
  ['https://app.example.com:8443', false],
  ['http://app.example.com', false],
  ['https://other.example', true],
  ['https://evil.example', false],
  ['https://app.example.com.evil.example', false],
  ['https://a.app.example.com', false],
  ['https://notapp.example.com', false],
  ['http://localhost:5173', false],
  ['null', false],
  ['', false],
  ['file://', false],
  ['not a url', false],
])('in production pages of "%s" may call: %s', (sender, expected) => {
  expect(isAllowedOrigin(PRODUCTION, sender)).toBe(expected);
});

test.each([
  ['http://localhost:8787', true],
  ['http://localhost:5173', true],
  ['https://127.0.0.1:5173', true],
  ['http://[::1]:5173', true],
  ['http://localhost.evil.example', false],
  ['http://evil.example', false],
  ['null', false],
  ['file://localhost', false],
])('in development pages of "%s" may call: %s', (sender, expected) => {
  expect(isAllowedOrigin(DEVELOPMENT, sender)).toBe(expected);
});

test('without a setting only our own pages may call', async () => {
  const bare = await deploymentOf(fakeEnv(), new Request(ORIGIN));
  expect(isAllowedOrigin(bare, ORIGIN)).toBe(true);
  for (const sender of ['file://', 'data:,', 'https://app.example.com']) {
    expect(isAllowedOrigin(bare, sender)).toBe(false);
  }
});

test('what sends no Origin is no browser, and may go on', () => {
  expect(() => checkOrigin(PRODUCTION, null)).not.toThrow();
  expect(() => checkOrigin(PRODUCTION, ORIGIN)).not.toThrow();
});

test('a foreign page is refused, with the setting that would let it in', () => {
  expect(() => checkOrigin(PRODUCTION, 'https://evil.example')).toThrow(
    refusal(
      'origin_refused',
      'The origin "https://evil.example" may not call this gateway; the setting ALLOWED_ORIGINS lists those that may.',
    ),
  );
});

const from = (origin: string | null, headers: Record<string, string> = {}) =>
  new Request(`${ORIGIN}/mcp`, { headers: { ...headers, ...(origin !== null && { origin }) } });

test('an allowed page may read the answer and the headers it needs; nobody else may', () => {
  expect(crossOriginHeaders(PRODUCTION, from('https://app.example.com'))).toEqual({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-expose-headers':
      'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After, ETag, Link',
    vary: 'Origin',
  });
  expect(crossOriginHeaders(PRODUCTION, from('https://evil.example'))).toEqual({});
  expect(crossOriginHeaders(PRODUCTION, from(null))).toEqual({});
});

test('credentials of the browser are never allowed', () => {
  const { headers } = preflight(PRODUCTION, from('https://app.example.com'));
  expect(headers.has('access-control-allow-credentials')).toBe(false);
});

test('a preflight allows the methods and headers of both eras', () => {
  const response = preflight(PRODUCTION, from('https://app.example.com'));
  expect(response.status).toBe(204);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-headers':
      'Authorization, Content-Type, Accept, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID, If-Match, If-None-Match, Idempotency-Key',
    'access-control-max-age': '600',
  });
});

test('a preflight allows each Mcp-Param-* header that it is asked for, and no other', () => {
  const asked =
    'mcp-param-region, Mcp-Param-Dry-Run,x-forwarded-for, mcp-param-, mcp-param-a b, gatehouse-hop';
  const response = preflight(
    PRODUCTION,
    from('https://app.example.com', { 'access-control-request-headers': asked }),
  );
  expect(response.headers.get('access-control-allow-headers')?.split(', ').slice(11)).toEqual([
    'mcp-param-region',
    'Mcp-Param-Dry-Run',
  ]);
});

test('a preflight of a foreign page allows no origin', () => {
  const { headers } = preflight(PRODUCTION, from('https://evil.example'));
  expect(headers.has('access-control-allow-origin')).toBe(false);
});
