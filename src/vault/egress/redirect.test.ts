import { expect, test } from 'vitest';
import { type EgressRequest, redirected } from './redirect.ts';

const request = (method: string): EgressRequest => ({
  url: new URL('https://api.tracker.example/items/1?a=b'),
  method,
  headers: new Headers({ accept: 'application/json', 'content-type': 'text/plain' }),
  body: ['GET', 'HEAD'].includes(method) ? null : new Uint8Array([1]),
});

test.each([
  [301, 'GET', 'GET'],
  [301, 'POST', 'GET'],
  [301, 'PUT', 'PUT'],
  [302, 'POST', 'GET'],
  [302, 'DELETE', 'DELETE'],
  [303, 'PUT', 'GET'],
  [303, 'HEAD', 'HEAD'],
  [307, 'POST', 'POST'],
  [308, 'PATCH', 'PATCH'],
])('%i of a %s becomes a %s', (status, method, becomes) => {
  const next = redirected(request(method), status, '/items/2');
  expect([next?.method, next?.url.href]).toEqual([becomes, 'https://api.tracker.example/items/2']);
  const isBare = method !== becomes;
  expect(next?.body === null).toBe(isBare || ['GET', 'HEAD'].includes(method));
  expect(next?.headers.has('content-type')).toBe(!isBare);
  expect(next?.headers.get('accept')).toBe('application/json');
});

test.each([
  ['//evil.example/x', 'https://evil.example/x'],
  ['../x', 'https://api.tracker.example/x'],
  ['?c=d', 'https://api.tracker.example/items/1?c=d'],
  ['/x#part', 'https://api.tracker.example/x'],
  ['\\\\evil.example/x', 'https://evil.example/x'],
])('%s leads to %s', (location, href) => {
  expect(redirected(request('GET'), 302, location)?.url.href).toBe(href);
});

test.each<[number, string | null]>([
  [200, '/x'],
  [201, '/x'],
  [300, '/x'],
  [304, '/x'],
  [305, '/x'],
  [302, null],
  [302, 'https://[broken'],
])('%i with %s is an answer', (status, location) => {
  expect(redirected(request('GET'), status, location)).toBeNull();
});
