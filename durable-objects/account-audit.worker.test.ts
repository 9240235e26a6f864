import {
  abortAllDurableObjects,
  applyD1Migrations,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { accountChain } from '../src/audit/audit-chains.ts';
import { AuditLog } from '../src/audit/audit-log.ts';
import { accountTrailOf } from '../src/audit/audit-trail.ts';
import type { AuditEvent } from '../src/audit/event.ts';
import { StoredEvents } from '../src/audit/stored-events.ts';
import { USED } from '../src/audit/trail.fake.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { faultLog } from '../src/errors.fake.ts';
import { userAccessOf } from '../src/grants/user-access.ts';
import { accountObjectName } from '../src/session-key/internal-bearer.ts';
import { connectionOf } from '../src/vault/connection.fake.ts';
import { credentialKeeperOf, credentialSourceOf } from '../src/vault/credential-source.ts';
import { AuditOutbox } from './audit/audit-outbox.ts';
import { ObjectTrail } from './audit/object-trail.ts';

const bindings = env as unknown as Env & { MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };
const OWNER = { tenant: 'acme', subject: 'okta|ada' };
const account = () => bindings.ACCOUNT.getByName(accountObjectName(OWNER.tenant, OWNER.subject));
const trail = () => accountTrailOf(bindings, OWNER);
const log = () => new AuditLog(bindings, OWNER.tenant);
const verification = () => log().verify('', 100);

let laterMs = 0;

beforeEach(() => applyD1Migrations(bindings.DB, bindings.MIGRATIONS));
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** Wakes the account at a time by which all that waits is due, each time later. */
async function wake(): Promise<void> {
  laterMs += 400_000;
  vi.useFakeTimers({ now: Date.now() + laterMs, toFake: ['Date'] });
  expect(await runDurableObjectAlarm(account())).toBe(true);
  vi.useRealTimers();
}

const methodOf = (event: AuditEvent | null) => (event?.kind === 'credential.used' ? event.method : '');

const waiting = () =>
  runInDurableObject(account(), (_instance, { storage }) => new AuditOutbox(storage.sql).waiting);

async function stored(): Promise<Record<string, unknown>[]> {
  return (await bindings.DB.prepare('SELECT * FROM audit_event ORDER BY sequence').all()).results;
}

test('what is recorded reaches D1 by alarm, can be read by its tenant alone, and is in order', async () => {
  await trail().record(USED);
  await trail().record({ ...USED, method: 'POST' });
  expect(await stored()).toEqual([]);
  await wake();
  expect(await waiting()).toBe(0);
  const { events, next } = await log().events('', 100);
  const [get, post] = events
    .map(({ event }) => event)
    .toSorted((a, b) => methodOf(a).localeCompare(methodOf(b)));
  expect(get).toMatchObject({ ...USED, tenant: 'acme', outcome: 'allowed' });
  expect(post).toMatchObject({ ...USED, method: 'POST' });
  expect(next).toBeNull();
  expect(JSON.stringify(await stored())).not.toMatch(/github|okta|POST/);
  expect(await verification()).toEqual({
    chains: 1,
    events: 2,
    undelivered: 0,
    checkpoints: 0,
    problems: [],
    next: null,
  });
  expect((await new AuditLog(bindings, 'other').events('', 100)).events).toEqual([]);
});

test('while its user is suspended no use is put on record, so that none happens; what else happens is', async () => {
  const access = userAccessOf(bindings, OWNER);
  await access.suspendUser(OWNER);
  await expect(trail().record(USED)).rejects.toThrow('suspended');
  await access.restoreUser(OWNER);
  await trail().record(USED);
  await wake();
  expect(await stored()).toHaveLength(1);
});

test('events are shown newest first, in pages', async () => {
  for (const method of ['A', 'B', 'C', 'D', 'E']) await trail().record({ ...USED, method });
  await wake();
  const ids: string[] = [];
  let cursor: string | null = '';
  do {
    const page: Awaited<ReturnType<AuditLog['events']>> = await log().events(cursor, 2);
    ids.push(...page.events.map(({ row }) => row.id));
    cursor = page.next;
  } while (cursor);
  const rows = (await stored()).toSorted(
    (a, b) => Number(b.at_ms) - Number(a.at_ms) || (String(a.id) < String(b.id) ? 1 : -1),
  );
  expect(ids).toEqual(rows.map(({ id }) => id));
  expect(ids).toHaveLength(5);
});

test('without D1 recording goes on, and everything arrives when it is back', async () => {
  faultLog();
  await bindings.DB.exec('ALTER TABLE audit_event RENAME TO away');
  for (let index = 0; index < 3; index += 1) {
    await trail().record(USED);
    await wake();
  }
  expect(await waiting()).toBe(3);
  await bindings.DB.exec('ALTER TABLE away RENAME TO audit_event');
  expect(await verification()).toMatchObject({ undelivered: 3, problems: [] });
  await wake();
  expect(await verification()).toMatchObject({ events: 3, undelivered: 0, problems: [] });
});

test('an object that dies before it forgets what D1 has taken delivers it again, once for all', async () => {
  await trail().record(USED);
  await trail().record(USED);
  const rows = await runInDurableObject(account(), (_instance, { storage }) =>
    new AuditOutbox(storage.sql).oldest({ tenant: 'acme', chain: accountChain('acme', OWNER.subject) }, 10),
  );
  await new StoredEvents(bindings.DB, settingsOf(bindings).keyRing).insert(rows);
  await abortAllDurableObjects();
  const before = await stored();
  await trail().record(USED);
  await wake();
  expect((await stored()).slice(0, 2)).toEqual(before);
  expect(await verification()).toMatchObject({ events: 3, undelivered: 0, problems: [] });
});

test('a restart loses neither events nor the head nor the alarm', async () => {
  await trail().record(USED);
  await abortAllDurableObjects();
  await trail().record(USED);
  await wake();
  await abortAllDurableObjects();
  await trail().record(USED);
  await wake();
  expect((await stored()).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(await verification()).toMatchObject({ events: 3, problems: [] });
});

test('what was recorded at once is one chain', async () => {
  await Promise.all(Array.from({ length: 40 }, () => trail().record(USED)));
  await wake();
  expect(await verification()).toMatchObject({ events: 40, problems: [] });
});

test('a full outbox refuses, and takes more when D1 has taken some', async () => {
  const { keyRing } = settingsOf(bindings);
  const record = () =>
    runInDurableObject(account(), async (_instance, { storage }) => {
      const chain = accountChain('acme', OWNER.subject);
      const small = new ObjectTrail({ storage, keyRing, maxEvents: 2, tenant: 'acme', chain });
      return small.record(USED).then(
        () => 'recorded',
        ({ code }) => code,
      );
    });
  expect([await record(), await record(), await record()]).toEqual([
    'recorded',
    'recorded',
    'audit_unavailable',
  ]);
  await wake();
  expect(await record()).toBe('recorded');
});

const TAMPERINGS = [
  ['edited', 'UPDATE audit_event SET kind = "credential.kept" WHERE sequence = 2', 2],
  [
    'edited',
    'UPDATE audit_event SET event = (SELECT event FROM audit_event WHERE sequence = 3) WHERE sequence = 2',
    2,
  ],
  ['removed', 'DELETE FROM audit_event WHERE sequence = 2', 2],
  ['removed', 'DELETE FROM audit_event WHERE sequence = 4', 4],
  [
    'reordered',
    'UPDATE audit_event SET sequence = CASE sequence WHEN 2 THEN 3 WHEN 3 THEN 2 ELSE sequence END',
    2,
  ],
  [
    'foreign',
    'INSERT INTO audit_event SELECT "made-up", tenant, chain, sequence, at_ms, kind, kid, event, previous_hash, hash, NULL, NULL, NULL, NULL FROM audit_event WHERE sequence = 2',
    2,
  ],
  ['removed', 'UPDATE audit_event SET tenant = "other" WHERE sequence = 2', 2],
] as const;

test.each(TAMPERINGS)('a row that was %s is found: %s', async (kind, statement, sequence) => {
  for (let index = 0; index < 4; index += 1) await trail().record(USED);
  await wake();
  await bindings.DB.prepare(statement.replaceAll('"', "'")).run();
  expect((await verification()).problems[0]).toMatchObject({ kind, sequence });
  if (statement.includes('"other"')) {
    const { problems } = await new AuditLog(bindings, 'other').verify('', 100);
    expect(problems).toMatchObject([{ kind: 'unknown' }]);
  }
});

test('a row that cannot be opened is shown as that, beside the others', async () => {
  await trail().record(USED);
  await trail().record(USED);
  await wake();
  await bindings.DB.prepare('UPDATE audit_event SET event = ? WHERE sequence = 1').bind('AAAA').run();
  const { events } = await log().events('', 100);
  expect(events.map(({ event }) => event === null).toSorted()).toEqual([false, true]);
});

test('asking an account that has recorded nothing leaves nothing behind', async () => {
  await runInDurableObject(account(), async (instance, { storage }) => {
    expect(
      await (instance as unknown as { auditChainState(chain: string): Promise<unknown> }).auditChainState(
        accountChain('acme', OWNER.subject),
      ),
    ).toBeNull();
    const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'");
    expect(tables.toArray()).toEqual([]);
  });
});

describe('what becomes of a credential', () => {
  const connection = connectionOf();
  const user = OWNER;
  const keeper = () => credentialKeeperOf(bindings);
  const keep = (value: string) => keeper().keepCredential(user, connection, { kind: 'secret', value });
  const use = () => credentialSourceOf(bindings).credentialFor({ user, server: 'board', connection });

  /** Lets the account read records from KV, as it does once they have settled there. */
  const settle = () =>
    runInDurableObject(account(), (_instance, { storage }) => {
      storage.sql.exec('UPDATE credential_record SET copy = NULL');
    });

  async function recorded(): Promise<(AuditEvent | null)[]> {
    await wake();
    const { events } = await log().events('', 100);
    return events.toSorted((a, b) => a.row.sequence - b.row.sequence).map(({ event }) => event);
  }

  test('is on record: kept, replaced and dropped, without its value', async () => {
    await keep('canary-1');
    await keep('canary-2');
    await keeper().dropCredential(user, connection);
    const which = { user: OWNER.subject, owner: OWNER.subject, connection: connection.id };
    const events = await recorded();
    expect(events).toMatchObject([
      { kind: 'credential.kept', ...which, version: 1 },
      { kind: 'credential.kept', ...which, version: 2 },
      { kind: 'credential.dropped', ...which, version: 2, cause: 'asked' },
    ]);
    expect(JSON.stringify(events)).not.toContain('canary');
  });

  test('a record that was tampered with, swapped or rolled back is refused, and that is on record', async () => {
    faultLog();
    const { keys: none } = await bindings.VAULT_KV.list();
    expect(none).toEqual([]);
    await keep('canary-1');
    const [first] = (await bindings.VAULT_KV.list()).keys;
    const rolledBack = (await bindings.VAULT_KV.get(first?.name ?? '')) ?? '';
    await keep('canary-2');
    const [current] = (await bindings.VAULT_KV.list()).keys;
    const name = current?.name ?? '';
    const good = (await bindings.VAULT_KV.get(name)) ?? '';
    await settle();
    for (const bad of [rolledBack, good.replace(/"ciphertext":"./, '"ciphertext":"!'), '']) {
      await bindings.VAULT_KV.put(name, bad);
      await expect(use()).rejects.toThrow();
    }
    await bindings.VAULT_KV.put(name, good);
    expect(await use()).toMatchObject({ kind: 'ready', version: 2 });
    expect((await recorded()).slice(2)).toMatchObject(
      [1, 2, 3].map(() => ({
        kind: 'credential.refused',
        outcome: 'refused',
        reason: 'unreadable',
        version: 2,
      })),
    );
  });

  test('a credential is not kept while that cannot be put on record', async () => {
    await keep('canary-1');
    await runInDurableObject(account(), (_instance, { storage }) => {
      storage.sql.exec('ALTER TABLE audit_outbox RENAME TO away');
      storage.sql.exec('CREATE TABLE audit_outbox (sequence INTEGER PRIMARY KEY, previous_hash TEXT)');
    });
    await expect(keep('canary-2')).rejects.toThrow();
    expect(await use()).toMatchObject({ credential: { value: 'canary-1' } });
  });
});
