import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import type { Env } from '../src/env.ts';
import type { Connection } from '../src/vault/connection.ts';
import type { Credential } from '../src/vault/credential.ts';
import { credentialHoldersOf } from '../src/vault/credential-holders.ts';
import { credentialKeeperOf, credentialSourceOf } from '../src/vault/credential-source.ts';
import { SETTLE_MS } from './account/record-chore.ts';
import { TestUser } from './test-user.fake.ts';

const bindings = env as unknown as Env;
const { keepCredential, dropCredential, connectionStatus } = credentialKeeperOf(bindings);
const KEY: Credential = { kind: 'secret', value: 'the key of somebody' };

const connection = (id: string, owner: Connection['owner'] = 'user'): Connection => ({
  id,
  name: id,
  owner,
  tenants: null,
  origins: [`https://${id}.example`],
  methods: [],
  paths: [],
  placement: { in: 'bearer' },
  oauth: null,
  secret: null,
});
const LETTERS = connection('letters');

const use = (user: TestUser, asked = LETTERS, server = 'tools') =>
  credentialSourceOf(bindings).credentialFor({ user: user.owner, server, connection: asked });

async function recordsInKv(): Promise<number> {
  return (await bindings.VAULT_KV.list({ prefix: 'vault:' })).keys.length;
}

test('a credential is kept by the account, its record in KV, and is there after the object was away', async () => {
  const user = new TestUser();
  const before = await recordsInKv();
  await keepCredential(user.owner, LETTERS, KEY);
  expect((await recordsInKv()) - before).toBe(1);
  await evictDurableObject(user.stub);
  expect(await use(user)).toEqual({ kind: 'ready', credential: KEY, version: 1 });
  expect(await dropCredential(user.owner, LETTERS)).toBe(true);
  expect(await use(user)).toEqual({ kind: 'missing' });
  expect(await recordsInKv()).toBe(before);
});

test('the copy in the account goes by alarm once KV has the record, which is then read from there', async () => {
  const user = new TestUser();
  await keepCredential(user.owner, LETTERS, KEY);
  const copies = () =>
    runInDurableObject(user.stub, (_account, { storage }) =>
      storage.sql.exec('SELECT copy FROM credential_record WHERE copy IS NOT NULL').toArray(),
    );
  expect(await copies()).toHaveLength(1);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + SETTLE_MS });
  expect(await runDurableObjectAlarm(user.stub)).toBe(true);
  vi.useRealTimers();
  expect(await copies()).toEqual([]);
  expect(await use(user)).toMatchObject({ kind: 'ready', credential: KEY });
});

test.each(['endUser', 'suspendUser'] as const)(
  'with %s, a user has no credential left, here or in KV; those of their organisation and its servers stay',
  async end => {
    const user = new TestUser();
    const shared = connection('shared', 'tenant');
    const robot = connection('robot', 'server');
    const before = await recordsInKv();
    await keepCredential(user.owner, shared, KEY);
    await keepCredential(user.owner, robot, KEY, 'tools');
    for (const id of ['letters', 'mail']) await keepCredential(user.owner, connection(id), KEY);
    expect((await recordsInKv()) - before).toBe(4);
    await user.access[end](user.owner);
    expect((await recordsInKv()) - before).toBe(2);
    expect(await use(user)).toEqual({ kind: 'missing' });
    expect((await connectionStatus(user.owner, LETTERS)).state).toBe('missing');
    expect(await use(user, shared)).toMatchObject({ kind: 'ready' });
    expect(await use(user, robot)).toMatchObject({ kind: 'ready' });
    expect(await use(user, robot, 'another server')).toEqual({ kind: 'missing' });
    await dropCredential(user.owner, shared);
    await dropCredential(user.owner, robot, 'tools');
  },
);

test('while a user is suspended, nothing can be kept for them', async () => {
  const user = new TestUser();
  await user.access.suspendUser(user.owner);
  await expect(keepCredential(user.owner, LETTERS, KEY)).rejects.toThrow('access of this user has ended');
  await user.access.restoreUser(user.owner);
  await keepCredential(user.owner, LETTERS, KEY);
  expect(await use(user)).toMatchObject({ kind: 'ready' });
});

test('whoever has a credential is on the list of their organisation', async () => {
  const user = new TestUser();
  await keepCredential(user.owner, LETTERS, KEY);
  await keepCredential(user.owner, connection('shared', 'tenant'), KEY);
  const { tenant, subject } = user.owner;
  const holders = await credentialHoldersOf(bindings, tenant).listCredentialHolders({
    after: '',
    limit: 500,
  });
  expect(holders).toEqual(expect.arrayContaining([subject, 'tenant|credentials']));
  const page = { after: holders[0] ?? '', limit: 1 };
  expect(await credentialHoldersOf(bindings, tenant).listCredentialHolders(page)).toEqual([holders[1]]);
});

test('one user sees nothing of another, though they ask for the same connection', async () => {
  const [ada, eve] = [new TestUser(), new TestUser()];
  await keepCredential(ada.owner, LETTERS, KEY);
  expect(await use(eve)).toEqual({ kind: 'missing' });
  expect(await dropCredential(eve.owner, LETTERS)).toBe(false);
  expect(await use(ada)).toMatchObject({ kind: 'ready' });
});
