import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test, vi } from 'vitest';
import { AuditLog } from '../src/audit/audit-log.ts';
import { accountTrailOf } from '../src/audit/audit-trail.ts';
import { USED } from '../src/audit/trail.fake.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { faultLog } from '../src/errors.fake.ts';
import { tenantOf } from '../src/grants/tenant.ts';
import { policyKeeperOf } from '../src/policy/policy-keeper.ts';
import type { Policy } from '../src/policy/rule.ts';
import { ADA } from '../src/principal.fake.ts';
import { deriveSessionKey } from '../src/session-key/internal-bearer.ts';
import { accountObject } from '../src/session-key/tenant-objects.ts';
import { connectionOf } from '../src/vault/connection.fake.ts';
import { credentialKeeperOf, credentialSourceOf } from '../src/vault/credential-source.ts';

const bindings = env as unknown as Env;
const TENANTS = ['acme', 'globex'] as const;
const SUBJECT = 'okta|ada';
const connection = connectionOf();

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const each = <Value>(act: (tenant: string) => Promise<Value>) => Promise.all(TENANTS.map(act));

test('credentials of the same user, connection and server do not cross', async () => {
  await each(tenant =>
    credentialKeeperOf(bindings).keepCredential({ tenant, subject: SUBJECT }, connection, {
      kind: 'secret',
      value: `key of ${tenant}`,
    }),
  );
  const use = (tenant: string) =>
    credentialSourceOf(bindings).credentialFor({
      user: { tenant, subject: SUBJECT },
      server: 'board',
      connection,
    });
  const used = await each(use);
  expect(JSON.stringify(used[0])).toContain('key of acme');
  expect(JSON.stringify(used[1])).toContain('key of globex');
  const { keys } = await bindings.VAULT_KV.list();
  const [one, other] = keys.map(({ name }) => name) as [string, string];
  const [mine, theirs] = [await bindings.VAULT_KV.get(one), await bindings.VAULT_KV.get(other)];
  await bindings.VAULT_KV.put(one, theirs ?? '');
  await bindings.VAULT_KV.put(other, mine ?? '');
  faultLog();
  for (const tenant of TENANTS) {
    // KV is asked once it has had the record for long enough.
    const account = accountObject<DurableObjectStub>(bindings, { tenant, subject: SUBJECT });
    await runInDurableObject(account, (_object, { storage }) =>
      storage.sql.exec('UPDATE credential_record SET copy = NULL'),
    );
    const outcome = await use(tenant).catch(error => error.message);
    expect(JSON.stringify(outcome)).not.toContain('key of');
  }
});

test('policies and members of one are nothing to the other', async () => {
  const author = { tenant: 'acme', subject: SUBJECT, client: 'c', installation: 'i' };
  const policy: Policy = { rules: [{ id: 'none', effect: 'deny' }] } as never;
  await tenantOf(bindings, 'acme').memberSignedIn({
    tenant: 'acme',
    subject: SUBJECT,
    roles: ['administrator'],
  });
  await policyKeeperOf(bindings, 'acme').savePolicy({ author, basedOn: 0, reason: 'ours' }, policy);
  expect((await policyKeeperOf(bindings, 'acme').currentPolicy('acme', null))?.version).toBe(1);
  expect((await policyKeeperOf(bindings, 'globex').currentPolicy('globex', null))?.version).toBe(0);
  expect(await tenantOf(bindings, 'globex').isMember(SUBJECT)).toBe(false);
});

test('what is on record of the same user is read, found and verified by their organisation alone', async () => {
  await each(tenant =>
    accountTrailOf(bindings, { tenant, subject: SUBJECT }).record({ ...USED, origin: tenant }),
  );
  vi.useFakeTimers({ now: Date.now() + 400_000, toFake: ['Date'] });
  await each(tenant =>
    runDurableObjectAlarm(accountObject<DurableObjectStub>(bindings, { tenant, subject: SUBJECT })),
  );
  vi.useRealTimers();
  const found = await each(tenant => new AuditLog(bindings, tenant).events('', 10, { user: SUBJECT }));
  expect(found.map(({ events }) => events.map(({ event }) => event))).toEqual([
    [expect.objectContaining({ tenant: 'acme', origin: 'acme' })],
    [expect.objectContaining({ tenant: 'globex', origin: 'globex' })],
  ]);
  await bindings.DB.prepare("UPDATE audit_event SET tenant = 'acme' WHERE tenant = 'globex'").run();
  const { events } = await new AuditLog(bindings, 'acme').events('', 10, { user: SUBJECT });
  expect(events).toHaveLength(1);
  const { problems } = await new AuditLog(bindings, 'acme').verify('', 100);
  expect(problems).toMatchObject([{ kind: 'unknown' }]);
});

test('sessions of the same user, client and id are other objects with other bearers', () => {
  const { keyRing } = settingsOf(bindings);
  const keys = TENANTS.map(tenant =>
    deriveSessionKey(keyRing, { ...ADA, tenant }, { kind: 'session', id: 's', kid: keyRing.current }),
  );
  expect(keys[0]?.objectName).not.toBe(keys[1]?.objectName);
  expect(keys[0]?.bearer).not.toEqual(keys[1]?.bearer);
});
