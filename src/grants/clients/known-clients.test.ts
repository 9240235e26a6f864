import { beforeAll, expect, test } from 'vitest';
import { fakeEnv } from '../../env.fake.ts';
import { refusal } from '../../errors.fake.ts';
import { Signer } from '../../identity/signer.fake.ts';
import { JWT_BEARER } from '../grant-types.ts';
import { clientOwner, knownClients } from './known-clients.ts';

const MACHINE = {
  id: 'pipeline',
  name: 'Pipeline',
  auth: { secret: 'PIPELINE_SECRET' },
  grants: ['client_credentials'],
  tenant: 'acme',
  roles: ['member'],
  scopes: ['mcp', 'memory:read'],
};
const WEB = {
  id: 'web',
  name: 'Web',
  auth: 'none',
  grants: ['authorization_code'],
  redirectUris: ['https://app.example/callback', 'http://127.0.0.1/callback'],
};
const SECRET = 'a secret of the test';

let jwks: object;

beforeAll(async () => {
  jwks = (await Signer.make()).jwks;
});

const read = (list: unknown, variables: Record<string, unknown> = {}) =>
  knownClients(
    fakeEnv({
      PIPELINE_SECRET: SECRET,
      SHORT: 'short',
      OAUTH_CLIENTS: typeof list === 'string' ? list : JSON.stringify(list),
      ...variables,
    }),
  );

test('clients are read with the secrets that their variables hold, once', () => {
  const clients = read([MACHINE, WEB]);
  expect(clients.get('pipeline')).toEqual({ ...MACHINE, auth: { secret: SECRET }, redirectUris: [] });
  expect(clients.get('web')).toEqual(WEB);
  const env = fakeEnv({ OAUTH_CLIENTS: JSON.stringify([WEB]) });
  expect(knownClients(env)).toBe(knownClients(env));
});

test('without the setting there is none', () => {
  expect(knownClients(fakeEnv()).size).toBe(0);
});

test('keys may be in place or at an address', () => {
  const list = [
    { ...MACHINE, auth: { jwks } },
    { ...MACHINE, id: 'other', auth: { jwksUri: 'https://app.example/keys' } },
  ];
  expect(read(list).size).toBe(2);
});

test('a client that acts for itself is a user of its tenant', () => {
  const client = read([MACHINE]).get('pipeline');
  expect(client && clientOwner(client)).toEqual({ tenant: 'acme', subject: 'client|pipeline' });
});

test.each<[string, unknown, RegExp]>([
  ['text that is no JSON', '[', /it is not JSON/],
  ['an unknown member', [{ ...WEB, redirectUri: 'x' }], /redirectUri/],
  ['an id of another form', [{ ...WEB, id: 'https://app.example' }], /0\.id: must be 1 to 64/],
  [
    'an id as clients get that register themselves',
    [{ ...WEB, id: 'AbCdEfGh01234-_x' }],
    /longer or shorter/,
  ],
  ['an id that is used twice', [WEB, WEB], /the id "web" is used twice/],
  ['no grant', [{ ...WEB, grants: [] }], /0\.grants/],
  ['a grant that does not exist', [{ ...WEB, grants: ['password'] }], /0\.grants\.0/],
  ['no way to prove itself', [{ ...WEB, auth: undefined }], /0\.auth/],
  [
    'two ways to prove itself',
    [{ ...MACHINE, auth: { secret: 'A', jwksUri: 'https://x.example' } }],
    /0\.auth/,
  ],
  ['no redirect URI', [{ ...WEB, redirectUris: [] }], /"web" has .* needs "redirectUris"/],
  ['redirect URIs of a machine', [{ ...MACHINE, redirectUris: WEB.redirectUris }], /which are for the grant/],
  ['a redirect URI without TLS', [{ ...WEB, redirectUris: ['http://app.example'] }], /"web" must use https/],
  [
    'keys without TLS',
    [{ ...MACHINE, auth: { jwksUri: 'http://app.example/k' } }],
    /jwksUri of "pipeline" must use/,
  ],
  ['a machine that is public', [{ ...MACHINE, auth: 'none' }], /"auth" must not be "none"/],
  [
    'an ID-JAG client that is public',
    [{ ...WEB, grants: [JWT_BEARER], redirectUris: [] }],
    /must not be "none"/,
  ],
  ['a machine without a tenant', [{ ...MACHINE, tenant: undefined }], /it needs "tenant"/],
  ['a machine without a role', [{ ...MACHINE, roles: undefined }], /it needs "roles"/],
  ['a machine without scopes', [{ ...MACHINE, scopes: undefined }], /it needs "scopes"/],
  ['a role of a client that people use', [{ ...WEB, roles: ['administrator'] }], /has "roles", which is for/],
  ['a role that does not exist', [{ ...MACHINE, roles: ['root'] }], /0\.roles\.0/],
  ['a member that would administer', [{ ...MACHINE, scopes: ['admin'] }], /no role that may administer/],
  [
    'a secret that is not set',
    [{ ...MACHINE, auth: { secret: 'NOPE' } }],
    /"auth\.secret" of "pipeline" names is not set/,
  ],
  ['a secret that is too short', [{ ...MACHINE, auth: { secret: 'SHORT' } }], /at least 16 characters/],
])('%s is refused and named', (_what, list, message) => {
  expect(() => read(list)).toThrow(refusal('setting_invalid', message));
});

test('an administrator may be listed to administer', () => {
  expect(read([{ ...MACHINE, roles: ['operator'], scopes: ['account', 'admin'] }]).size).toBe(1);
});

test('neither a secret nor what was put where its name belongs is told', () => {
  for (const secret of ['SHORT', 's3cret-in-the-wrong-place']) {
    expect(() => read([{ ...MACHINE, auth: { secret } }], { SHORT: 's3cret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  }
});
