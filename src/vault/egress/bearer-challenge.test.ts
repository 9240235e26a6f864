import { expect, test } from 'vitest';
import { bearerChallenge, isScopeRefusal, safeChallenge } from './bearer-challenge.ts';

const METADATA = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';

test.each([
  [`Bearer resource_metadata="${METADATA}"`, { error: null, scopes: [], resourceMetadata: METADATA }],
  [
    'bearer error=insufficient_scope,scope="a b a"',
    { error: 'insufficient_scope', scopes: ['a', 'b'], resourceMetadata: null },
  ],
  [
    'Basic realm="x, Bearer error=\\"no\\"", Bearer realm="y", error="invalid_token"',
    { error: 'invalid_token', scopes: [], resourceMetadata: null },
  ],
  ['Bearer', { error: null, scopes: [], resourceMetadata: null }],
  ['Bearer scope="a", DPoP algs="ES256", scope="b"', { error: null, scopes: ['a'], resourceMetadata: null }],
] as const)('reads %s', (header, challenge) => {
  expect(bearerChallenge(header)).toEqual(challenge);
});

test.each([null, '', 'Basic realm="x"', 'Negotiate abc', `Bearer scope="${'x'.repeat(5000)}"`])(
  'finds none in %s',
  header => {
    expect([bearerChallenge(header), safeChallenge(header)]).toEqual([null, null]);
  },
);

test('scopes are bounded in number and length, and are scopes', () => {
  const many = Array.from({ length: 100 }, (_, at) => `s${at}`).join(' ');
  expect(bearerChallenge(`Bearer scope="${many}"`)?.scopes).toHaveLength(32);
  expect(bearerChallenge(`Bearer scope="ok ${'x'.repeat(129)} \u202Eback a\\\\b"`)?.scopes).toEqual(['ok']);
});

test('what is handed on has only parameters that are known, in one spelling', () => {
  const said =
    'Bearer realm="inside.example", error="insufficient_scope", error_description="key sk-1", scope=a';
  expect(safeChallenge(said)).toBe('Bearer error="insufficient_scope", scope="a"');
  expect(safeChallenge('Bearer realm="x"')).toBe('Bearer');
});

test.each([
  [403, 'Bearer error="insufficient_scope"', true],
  [401, 'Bearer error="insufficient_scope"', true],
  [403, 'Bearer error="invalid_token"', false],
  [403, '', false],
  [200, 'Bearer error="insufficient_scope"', false],
])('%i with "%s" is a token that is not good for enough: %s', (status, header, is) => {
  expect(isScopeRefusal(new Response(null, { status, headers: { 'www-authenticate': header } }))).toBe(is);
});

test('a hostile header is read in time', () => {
  for (const header of [
    'Bearer a="'.repeat(400),
    `Bearer ${'a '.repeat(2000)}`,
    `Bearer a=${'"\\'.repeat(2000)}`,
  ]) {
    const begin = performance.now();
    bearerChallenge(header);
    expect(performance.now() - begin).toBeLessThan(100);
  }
});
