import { expect, test } from 'vitest';
import { metadataProblem } from './client-metadata.ts';

const GOOD = 'https://app.example/callback';
const problemOf = (...redirect_uris: string[]) => metadataProblem({ redirect_uris });

test.each([
  GOOD,
  'https://app.example/callback?from=mcp&dots=../..',
  'https://app.example:8443/',
  'https://app.example/a..b/.well-known/...',
  'http://localhost:6274/oauth/callback',
  'http://127.0.0.1/callback',
  'http://127.1.2.3:80/callback',
  'http://[::1]:1455/callback',
  'com.example.app:/oauth',
  'com.example.app://oauth/callback',
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'vscode://publisher.extension/callback',
  `https://app.example/${'x'.repeat(1980)}`,
])('the redirect URI %s may be registered', uri => {
  expect(problemOf(uri)).toBeNull();
});

test.each([
  [`https://app.example/${'x'.repeat(1981)}`, 'is longer than 2000 characters'],
  [' https://app.example/callback', 'has whitespace, a control character or a backslash'],
  ['https://app.example/callback\n', 'has whitespace, a control character or a backslash'],
  ['https://app.example/call\u0000back', 'has whitespace, a control character or a backslash'],
  ['https://app.example/call\u0085back', 'has whitespace, a control character or a backslash'],
  ['https:\\\\app.example\\callback', 'has whitespace, a control character or a backslash'],
  ['https://@app.example/callback', 'has a user name or password'],
  ['https://:@app.example/callback', 'has a user name or password'],
  ['https://app.example/a/../callback', 'has "." or ".." as a path segment'],
  ['https://app.example/./callback', 'has "." or ".." as a path segment'],
  ['https://app.example/a/%2e%2E/callback', 'has "." or ".." as a path segment'],
  ['https://app.example/a/.%2e', 'has "." or ".." as a path segment'],
  ['com.example.app:../oauth', 'has "." or ".." as a path segment'],
])('the redirect URI %j is refused, because it %s', (uri, words) => {
  expect(problemOf(GOOD, uri)).toEqual({
    code: 'invalid_redirect_uri',
    description: `redirect_uris[1] ${words}.`,
  });
});

test.each([
  'http://app.example/callback',
  'http://localhost.app.example/callback',
  'http://10.0.0.1/callback',
  'http:localhost/callback',
  'https:app.example/callback',
  'https:/app.example/callback',
  'ftp://app.example/callback',
  'myapp://callback',
  'about:blank',
  'ws://app.example/',
])('the redirect URI %s is refused for its scheme or host', uri => {
  expect(problemOf(uri)?.description).toMatch(/^redirect_uris\[0\] must begin with https:\/\/, .*RFC 8252/);
});

test('ten redirect URIs may be registered and no more', () => {
  const uris = Array.from({ length: 11 }, (_, number) => `${GOOD}/${number}`);
  expect(problemOf(...uris.slice(1))).toBeNull();
  expect(problemOf(...uris)).toEqual({
    code: 'invalid_redirect_uri',
    description: 'redirect_uris lists 11 URIs; at most 10 can be registered.',
  });
});

test.each(['client_name', 'client_name#de'])('%s may have 200 characters and no more', member => {
  const named = (length: number) => metadataProblem({ redirect_uris: [GOOD], [member]: 'x'.repeat(length) });
  expect(named(200)).toBeNull();
  expect(named(201)).toEqual({
    code: 'invalid_client_metadata',
    description: 'client_name is longer than 200 characters.',
  });
});
