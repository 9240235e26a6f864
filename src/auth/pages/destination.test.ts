import { expect, test } from 'vitest';
import { destinationOf, destinationShown } from './destination.ts';

const redirect = (redirectUri: string, redirectHost: string, redirectIsLoopback = false) => ({
  redirectUri,
  redirectHost,
  redirectIsLoopback,
});

test.each([
  ['a website', redirect('https://claude.ai/callback', 'claude.ai'), 'website', 'claude.ai'],
  [
    'a port of this computer',
    redirect('http://127.0.0.1:33418/', '127.0.0.1', true),
    'local-port',
    '127.0.0.1',
  ],
  [
    'a private-use URI without a host',
    redirect('com.example.app:/callback', 'com.example.app:/callback'),
    'local-app',
    'com.example.app:/callback',
  ],
])('%s is sorted by who receives the access', (_what, uri, destination, shown) => {
  expect(destinationOf(uri)).toBe(destination);
  expect(destinationShown(uri)).toBe(shown);
});

test('the host of a private-use URI is not taken for a website or for this computer', () => {
  const bank = redirect('evil.app://bank.example/cb', 'bank.example');
  expect(destinationOf(bank)).toBe('local-app');
  expect(destinationShown(bank)).toBe('evil.app://bank.example/cb');
  expect(destinationOf(redirect('evil.app://localhost/cb', 'localhost', true))).toBe('local-app');
});
