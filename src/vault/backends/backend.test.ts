import { expect, test } from 'vitest';
import { fakeEnv } from '../../env.fake.ts';
import { refusal } from '../../errors.fake.ts';
import type { Connection, Placement } from '../connection.ts';
import { credentialKeeperOf, credentialSourceOf } from '../credential-source.ts';
import { backendKind } from './backend.ts';

const USER = { tenant: 'acme', subject: 'okta|ada' };
const connection = (secret: string | null, placement: Placement = { in: 'bearer' }): Connection => ({
  id: 'search',
  name: 'Search',
  owner: 'tenant',
  tenants: null,
  origins: ['https://search.example'],
  methods: [],
  paths: [],
  placement,
  oauth: null,
  secret,
});
const env = fakeEnv({ SEARCH_KEY: 'hush', PASSWORD: 'ada:pass:word', NO_COLON: 'hush', EMPTY: '' });
const ask = (secret: string, placement?: Placement, refusedVersion?: number) =>
  credentialSourceOf(env).credentialFor({
    user: USER,
    server: 'tools',
    connection: connection(secret, placement),
    ...(refusedVersion !== undefined && { refusedVersion }),
  });

test.each([
  [null, 'records'],
  ['SEARCH_KEY', 'workers-secrets'],
  ['bao:gatehouse/search#key', 'hashicorp-vault'],
])('the credential of a connection whose secret is %s is in %s', (secret, kind) => {
  expect(backendKind({ secret })).toBe(kind);
});

test('a variable is a credential that is only read', async () => {
  const credential = { kind: 'secret', value: 'hush' };
  expect(await ask('SEARCH_KEY')).toEqual({ kind: 'ready', credential, version: 1 });
  expect(await ask('SEARCH_KEY', { in: 'bearer' }, 1)).toEqual({ kind: 'dead' });
  const keeper = credentialKeeperOf(env);
  const put = keeper.keepCredential(USER, connection('SEARCH_KEY'), { kind: 'secret', value: 'other' });
  await expect(put).rejects.toThrow('configured by the operator, and not kept here');
  await expect(keeper.dropCredential(USER, connection('SEARCH_KEY'))).rejects.toThrow('not kept here');
  expect(await keeper.connectionStatus(USER, connection('SEARCH_KEY'))).toMatchObject({ state: 'connected' });
});

test('a variable that is placed as a password is a name and a password', async () => {
  expect(await ask('PASSWORD', { in: 'basic' })).toMatchObject({
    credential: { kind: 'basic', username: 'ada', password: 'pass:word' },
  });
  await expect(ask('NO_COLON', { in: 'basic' })).rejects.toEqual(
    refusal('setting_invalid', 'The secret of "search" must be "username:password".'),
  );
});

test('a variable that is not set is missing, and one that is a binding is refused', async () => {
  expect(await ask('NOTHING')).toEqual({ kind: 'missing' });
  expect(await ask('EMPTY')).toEqual({ kind: 'missing' });
  await expect(ask('VAULT_KV')).rejects.toEqual(refusal('setting_invalid', /names is no text/));
});
