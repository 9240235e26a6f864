import { expect, test } from 'vitest';
import { fakeEnv } from '../../env.fake.ts';
import { refusal } from '../../errors.fake.ts';
import { externalIssuers } from './issuers.ts';

const LOGIN = {
  id: 'login',
  name: 'Login',
  issuer: 'https://login.example',
  jwksUri: 'https://login.example/keys',
  tenant: 'acme',
  defaultRole: 'member',
};

const read = (list: unknown, variables: Record<string, unknown> = {}) =>
  externalIssuers(fakeEnv({ EXTERNAL_TOKEN_ISSUERS: JSON.stringify(list), ...variables }));

test('without the setting no issuer is trusted', () => {
  expect(externalIssuers(fakeEnv())).toEqual([]);
});

test("an issuer is read with its defaults, the standard's type among them", () => {
  expect(read([LOGIN])).toEqual([{ ...LOGIN, algorithms: ['RS256', 'ES256'], type: 'at+jwt' }]);
});

test.each<[string, unknown, RegExp]>([
  ['a type that says nothing', [{ ...LOGIN, type: 'any' }], /0\.type/],
  ['an issuer twice', [LOGIN, { ...LOGIN, id: 'other' }], /the issuer of "other" is there twice/],
  ['an id twice', [LOGIN, { ...LOGIN, issuer: 'https://x.example' }], /the id "login" is used twice/],
  ['no keys', [{ ...LOGIN, jwksUri: undefined }], /"login" needs its keys/],
  ['an algorithm that nobody should use', [{ ...LOGIN, algorithms: ['none'] }], /0\.algorithms\.0/],
])('%s is refused and named', (_what, list, message) => {
  expect(() => read(list)).toThrow(refusal('setting_invalid', message));
});

test('an id of an identity provider is taken only for the same issuer', () => {
  const provider = { id: 'login', name: 'L', issuer: 'https://other.example', clientId: 'c' };
  const OIDC_PROVIDERS = JSON.stringify([{ ...provider, tenant: 'acme', defaultRole: 'member' }]);
  expect(() => read([LOGIN], { OIDC_PROVIDERS })).toThrow(refusal('setting_invalid', /another issuer/));
});

test('keys without TLS are admitted on loopback, in development', () => {
  const list = [{ ...LOGIN, jwksUri: 'http://127.0.0.1:9000/keys' }];
  expect(read(list, { GATEHOUSE_ENV: 'development' })).toHaveLength(1);
  expect(() => read(list)).toThrow(refusal('setting_invalid', /must use https/));
});
