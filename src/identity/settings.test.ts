import { expect, test } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import { refusal } from '../errors.fake.ts';
import { identityProviders } from './settings.ts';

const OKTA = {
  id: 'okta',
  name: 'Okta',
  issuer: 'https://acme.okta.com',
  clientId: 'client-1',
  clientSecret: 'OKTA_SECRET',
  tenant: 'acme',
  roles: { claim: 'groups', map: { 'mcp-admins': 'administrator' } },
  defaultRole: null,
};

const read = (list: unknown, variables: Record<string, unknown> = {}) =>
  identityProviders(
    fakeEnv({
      OKTA_SECRET: 'hush',
      OIDC_PROVIDERS: typeof list === 'string' ? list : JSON.stringify(list),
      ...variables,
    }),
  );

test('a provider is read with its defaults, and the secret that its variable holds', () => {
  const defaults = { scopes: ['openid', 'profile', 'email'], parameters: {} };
  expect(read([OKTA])).toEqual([{ ...OKTA, ...defaults, clientSecret: 'hush' }]);
});

test('without the setting there is no provider', () => {
  expect(identityProviders(fakeEnv())).toEqual([]);
  expect(read('')).toEqual([]);
});

test('a client without a secret is public', () => {
  const { clientSecret: _, ...open } = OKTA;
  expect(read([open])[0]?.clientSecret).toBeUndefined();
});

test('the setting is checked once', () => {
  const env = fakeEnv({ OIDC_PROVIDERS: JSON.stringify([{ ...OKTA, clientSecret: undefined }]) });
  expect(identityProviders(env)).toBe(identityProviders(env));
});

test('parameters may be added to authorization requests, and none of ours replaced', () => {
  const parameters = { access_type: 'offline', prompt: 'consent' };
  expect(read([{ ...OKTA, parameters }])[0]?.parameters).toEqual(parameters);
  for (const own of ['state', 'nonce', 'redirect_uri', 'code_challenge', 'scope', 'client_id', 'request']) {
    expect(() => read([{ ...OKTA, parameters: { [own]: 'x' } }])).toThrow(
      refusal('setting_invalid', new RegExp(`must not have "${own}", which the gateway sets itself`)),
    );
  }
});

test.each([
  ['text that is no JSON', '[', /it is not JSON/],
  ['no list', OKTA, /the list: .*array/],
  ['a provider without an issuer', [{ ...OKTA, issuer: undefined }], /0\.issuer/],
  ['an issuer that is no URL', [{ ...OKTA, issuer: 'acme' }], /0\.issuer/],
  ['an issuer without TLS', [{ ...OKTA, issuer: 'http://acme.example' }], /"okta" must use https/],
  ['an issuer on loopback without TLS', [{ ...OKTA, issuer: 'http://localhost:1' }], /"okta" must use https/],
  ['an issuer with a query', [{ ...OKTA, issuer: 'https://acme.example/?a' }], /no query/],
  [
    'an issuer that is all of Microsoft',
    [{ ...OKTA, issuer: 'https://login.microsoftonline.com/common/v2.0' }],
    /admits everybody/,
  ],
  ['an id that would blur subjects', [{ ...OKTA, id: 'a|b' }], /0\.id: must be 1 to 32/],
  ['an id that is used twice', [OKTA, OKTA], /the id "okta" is used twice/],
  [
    'a role that does not exist',
    [{ ...OKTA, roles: { claim: 'g', map: { a: 'root' } } }],
    /0\.roles\.map\.a/,
  ],
  ['a default role with power', [{ ...OKTA, defaultRole: 'administrator' }], /0\.defaultRole/],
  ['no default role', [{ ...OKTA, defaultRole: undefined }], /0\.defaultRole/],
  [
    'a provider by which nobody could come in',
    [{ ...OKTA, roles: undefined }],
    /nobody can come in by "okta"/,
  ],
  ['an empty tenant', [{ ...OKTA, tenant: '' }], /0\.tenant/],
  ['an unknown member', [{ ...OKTA, rolse: {} }], /rolse/],
  [
    'a secret that is not set',
    [{ ...OKTA, clientSecret: 'NOPE' }],
    /the variable .* of "okta" names is not set/,
  ],
])('%s is refused and named', (_what, list, message) => {
  expect(() => read(list)).toThrow(refusal('setting_invalid', message));
});

test('a secret that was put where its name belongs is not told', () => {
  expect(() => read([{ ...OKTA, clientSecret: 's3cret' }])).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
  );
});

test('an issuer without TLS is admitted on loopback, in development', () => {
  const development = { GATEHOUSE_ENV: 'development' };
  expect(read([{ ...OKTA, issuer: 'http://127.0.0.1:9000' }], development)).toHaveLength(1);
  expect(() => read([{ ...OKTA, issuer: 'http://10.0.0.1' }], development)).toThrow(/must use https/);
});
