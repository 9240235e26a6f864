import { expect, test } from 'vitest';
import { refusal } from '../../errors.fake.ts';
import { connectionOf } from '../connection.fake.ts';
import type { Placement } from '../connection.ts';
import type { Credential } from '../credential.ts';
import { placeCredential } from './placement.ts';

const KEY = { kind: 'secret', value: 'key of the operator' } as const;
const LOGIN = { kind: 'basic', username: 'ada', password: 'correct:horse' } as const;
const TOKEN = {
  kind: 'oauth2',
  accessToken: 'access-token',
  refreshToken: 'refresh-token',
  expiresAtMs: null,
  scopes: [],
} as const;

function place(
  placement: Placement,
  credential: Credential,
  url = 'https://api.example/',
  said: HeadersInit = {},
) {
  const request = { url: new URL(url), headers: new Headers(said) };
  const placed = placeCredential(request, connectionOf({ placement }), credential);
  expect([request.url.href, Object.fromEntries(request.headers)]).toEqual([
    new URL(url).href,
    Object.fromEntries(new Headers(said)),
  ]);
  return placed;
}

test.each<[string, Placement, Credential, string, string]>([
  ['a token', { in: 'bearer' }, TOKEN, 'authorization', 'Bearer access-token'],
  ['a key', { in: 'bearer' }, KEY, 'authorization', 'Bearer key of the operator'],
  ['a login', { in: 'basic' }, LOGIN, 'authorization', 'Basic YWRhOmNvcnJlY3Q6aG9yc2U='],
  ['a key as a user name', { in: 'basic' }, KEY, 'authorization', `Basic ${btoa('key of the operator:')}`],
  ['a key', { in: 'header', name: 'X-Api-Key', prefix: '' }, KEY, 'x-api-key', 'key of the operator'],
  ['a token', { in: 'header', name: 'Private', prefix: 'token ' }, TOKEN, 'private', 'token access-token'],
])('%s goes where %o says, over what was there', (_what, placement, credential, name, value) => {
  const { headers, url } = place(placement, credential, 'https://api.example/', { [name]: 'of the tool' });
  expect(headers.get(name)).toBe(value);
  expect(url.href).toBe('https://api.example/');
});

test.each([
  ['', '?key=key+of+the+operator'],
  ['?a=1', '?a=1&key=key+of+the+operator'],
  ['?key=mine&a=1&key=mine', '?a=1&key=key+of+the+operator'],
  ['?KEY=mine', '?key=key+of+the+operator'],
  ['?key[]=mine&key[0]=mine&k%65y=mine&+key=mine', '?key=key+of+the+operator'],
  ['?keys=1&akey=2', '?keys=1&akey=2&key=key+of+the+operator'],
  ['?a=1;key=mine', '?a=1%3Bkey%3Dmine&key=key+of+the+operator'],
])('a key in the query is the only one of its name (%s)', (query, becomes) => {
  expect(place({ in: 'query', name: 'key' }, KEY, `https://api.example/${query}`).url.search).toBe(becomes);
});

test.each<[string, Placement, Credential]>([
  ['a login as a token', { in: 'bearer' }, LOGIN],
  ['line breaks in a header', { in: 'bearer' }, { kind: 'secret', value: 'secret\r\nX-Other: 1' }],
  ['no header value', { in: 'header', name: 'x', prefix: '' }, { kind: 'secret', value: 'secret\0secret' }],
])('what does not fit is refused, and not told (%s)', (_what, placement, credential) => {
  const refused = refusal('credential_unavailable', /cannot be put where the connection says/);
  expect(() => place(placement, credential)).toThrow(refused);
  expect(() => place(placement, credential)).not.toThrow(/secret\W|correct/);
});
