import { expect, test } from 'vitest';
import { fakeEnv } from '../../env.fake.ts';
import { refusal } from '../../errors.fake.ts';
import { Signer } from '../../identity/signer.fake.ts';
import { JWT_BEARER } from '../grant-types.ts';
import { enterpriseIssuers } from './issuers.ts';

const ACCESS = {
  id: 'okta',
  name: 'Okta',
  issuer: 'https://acme.okta.com',
  tenant: 'acme',
  defaultRole: 'member',
};
const OKTA = {
  ...ACCESS,
  jwksUri: 'https://acme.okta.com/oauth2/v1/keys',
  clients: ['assistant'],
  scopes: ['mcp'],
};
const ASSISTANT = { id: 'assistant', name: 'Assistant', auth: { secret: 'SECRET' }, grants: [JWT_BEARER] };

const read = (list: unknown, variables: Record<string, unknown> = {}) =>
  enterpriseIssuers(
    fakeEnv({
      SECRET: 'a secret of the test',
      OAUTH_CLIENTS: JSON.stringify([ASSISTANT]),
      OIDC_PROVIDERS: JSON.stringify([{ ...ACCESS, clientId: 'gatehouse' }]),
      ENTERPRISE_ISSUERS: JSON.stringify(list),
      ...variables,
    }),
  );

test('an issuer is read with its defaults, and may be an identity provider as well', () => {
  expect(read([OKTA])).toEqual([{ ...OKTA, algorithms: ['RS256', 'ES256'] }]);
  expect(enterpriseIssuers(fakeEnv())).toEqual([]);
});

test('keys may be in place', async () => {
  const { jwks } = await Signer.make();
  expect(read([{ ...OKTA, jwksUri: undefined, jwks }])).toHaveLength(1);
});

test.each<[string, unknown, RegExp]>([
  ['no keys', [{ ...OKTA, jwksUri: undefined }], /"okta" needs its keys/],
  ['keys without TLS', [{ ...OKTA, jwksUri: 'http://acme.okta.com' }], /jwksUri of "okta" must use https/],
  ['an issuer without TLS', [{ ...OKTA, issuer: 'http://acme.okta.com' }], /issuer of "okta" must use https/],
  ['a symmetric algorithm', [{ ...OKTA, algorithms: ['HS256'] }], /0\.algorithms\.0/],
  ['no client', [{ ...OKTA, clients: [] }], /0\.clients/],
  ['a client that is not set up', [{ ...OKTA, clients: ['other'] }], /"okta" names the client "other"/],
  ['no scope', [{ ...OKTA, scopes: [] }], /0\.scopes/],
  ['nobody who could come in', [{ ...OKTA, defaultRole: null }], /nobody can come in by "okta"/],
  [
    "another provider's id",
    [{ ...OKTA, issuer: 'https://evil.example' }],
    /"okta" belongs to another issuer/,
  ],
  ['the id of clients', [{ ...OKTA, id: 'client' }], /clients that act for themselves/],
  ['an issuer twice', [OKTA, { ...OKTA, id: 'other' }], /the issuer of "other" is there twice/],
])('%s is refused and named', (_what, list, message) => {
  expect(() => read(list)).toThrow(refusal('setting_invalid', message));
});
