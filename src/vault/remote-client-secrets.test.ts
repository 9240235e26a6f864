import { expect, test } from 'vitest';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { fakeEnv } from '../env.fake.ts';
import { refusal } from '../errors.fake.ts';
import { clientSecretOf, remoteClientSecrets } from './remote-client-secrets.ts';
import { remoteConnection } from './remote-connection.ts';

const ISSUER = 'https://login.tracker.example';
const TRACKER = { name: 'tracker', tenant: 'acme', issuer: ISSUER, variable: 'TRACKER_SECRET' };
const USE = { name: 'tracker', tenant: 'acme', issuer: ISSUER };

const envOf = (list: unknown, variables: object = {}) =>
  fakeEnv({ TRACKER_SECRET: 'hush', REMOTE_CLIENT_SECRETS: JSON.stringify(list), ...variables });

test('a secret is for its organisation and its authorization server, by its name', () => {
  expect(clientSecretOf(envOf([TRACKER]), USE)).toBe('hush');
});

test.each([
  ['another organisation', { tenant: 'evil' }],
  ['another authorization server', { issuer: 'https://evil.example' }],
  ['an authorization server that is written like it', { issuer: `${ISSUER}/` }],
  ['its variable', { name: 'TRACKER_SECRET' }],
  ['a variable of another kind', { name: 'KEY_RING' }],
])('it is nothing to %s', (_what, change) => {
  expect(clientSecretOf(envOf([TRACKER]), { ...USE, ...change })).toBeNull();
});

test('one name may be of several organisations, and mean another secret at each', () => {
  const env = envOf([TRACKER, { ...TRACKER, tenant: 'other', variable: 'OTHER' }], { OTHER: 'theirs' });
  expect(clientSecretOf(env, USE)).toBe('hush');
  expect(clientSecretOf(env, { ...USE, tenant: 'other' })).toBe('theirs');
});

test('a server that was saved already gets it only as long as it is set up for that', () => {
  const auth = { kind: 'oauth', owner: 'user', clientId: 'by-hand', clientSecret: 'tracker' };
  const url = 'https://mcp.tracker.example/mcp';
  const document = { kind: 'remote', name: 'tracker', title: 'Tracker', url, auth };
  const authorization = { issuer: ISSUER, clientId: 'by-hand', clientSecret: null, scopes: [] };
  const entry = { name: 'tracker', current: { document, authorization } } as unknown as CatalogEntry;
  const secretOf = (tenant: string, list: unknown) =>
    remoteConnection(envOf(list), tenant, entry)?.oauth?.clientSecret;
  expect(secretOf('acme', [TRACKER])).toBe('hush');
  expect(secretOf('evil', [TRACKER])).toBeNull();
  expect(secretOf('acme', [])).toBeNull();
  expect(secretOf('acme', [{ ...TRACKER, issuer: 'https://moved.example' }])).toBeNull();
});

test('without the setting there is none', () => {
  expect(remoteClientSecrets(fakeEnv())).toEqual([]);
});

test.each([
  ['an unknown member', [{ ...TRACKER, secret: 'x' }], /0: .*secret/],
  ['no organisation', [{ ...TRACKER, tenant: undefined }], /0\.tenant/],
  ['an issuer that is none', [{ ...TRACKER, issuer: 'tracker' }], /0\.issuer/],
  [
    'an issuer without TLS',
    [{ ...TRACKER, issuer: 'http://login.example' }],
    /issuer of "tracker" must use https/,
  ],
  ['a variable that is not set', [{ ...TRACKER, variable: 'sk-live-1' }], /"variable" of "tracker" names is/],
  ['the same twice', [TRACKER, { ...TRACKER, variable: 'OTHER' }], /"tracker" is there twice/],
])('%s is refused, and what is wrong is named but no secret', (_what, list, reason) => {
  const read = () => remoteClientSecrets(envOf(list, { OTHER: 'hush-too' }));
  expect(read).toThrow(refusal('setting_invalid', reason));
  expect(read).not.toThrow(/sk-live|hush/);
});
