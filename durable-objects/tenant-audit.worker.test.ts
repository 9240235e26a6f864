import { applyD1Migrations, reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chainListOf } from '../src/audit/audit-chains.ts';
import { archiveOf, auditKeeperOf } from '../src/audit/audit-keeper.ts';
import { AuditLog } from '../src/audit/audit-log.ts';
import { type AuditRow, rowAfter } from '../src/audit/audit-row.ts';
import { type Checkpoint, checkpointPoint, signCheckpoint } from '../src/audit/checkpoint.ts';
import { eventOf } from '../src/audit/event.ts';
import { genesis } from '../src/audit/hash-chain.ts';
import { StoredCheckpoints } from '../src/audit/stored-checkpoints.ts';
import { StoredEvents } from '../src/audit/stored-events.ts';
import { USED } from '../src/audit/trail.fake.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { faultLog } from '../src/errors.fake.ts';
import { tenantObjectName } from '../src/session-key/internal-bearer.ts';
import { AuditKeeping, type KeepingParts } from './tenant/audit-keeping.ts';
import { CheckpointBook } from './tenant/checkpoint-book.ts';

const bindings = env as unknown as Env & { AUDIT_ARCHIVE: R2Bucket };
const { keyRing } = settingsOf(bindings);
const DAY_MS = 24 * 3600 * 1000;
const OLD_MS = Date.now() - 100 * DAY_MS;
const A = 'session/a/1';
const B = 'session/b/1';

afterEach(() => reset());

/** Rows of a chain after a row, one a second. */
function rowsOf(
  chain: string,
  count: number,
  fromMs: number,
  before?: AuditRow,
  tenant = 'acme',
): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let index = 0; index < count; index += 1) {
    const last = rows.at(-1) ?? before ?? genesis({ tenant, chain });
    const event = eventOf(USED, { id: crypto.randomUUID(), atMs: fromMs + index * 1000, tenant });
    rows.push(rowAfter(last, { tenant, chain }, event, keyRing));
  }
  return rows;
}

/** Stores rows as a session's object would that ends with them. */
async function ended(rows: readonly AuditRow[]): Promise<readonly AuditRow[]> {
  const { tenant, chain, sequence, hash } = rows.at(-1) as AuditRow;
  await chainListOf(bindings, tenant).noteAuditChain(chain);
  await new StoredEvents(bindings.DB, keyRing).insert(rows);
  await chainListOf(bindings, tenant).closeAuditChain(chain, { sequence, hash });
  return rows;
}

async function keep(tenant = 'acme'): Promise<void> {
  await auditKeeperOf(bindings, tenant).keepAudit(tenant);
}

async function verified(tenant = 'acme') {
  const { chains, events, checkpoints, problems, next } = await new AuditLog(bindings, tenant).verify(
    '',
    5000,
  );
  expect(next).toBeNull();
  return { chains, events, checkpoints, problems };
}

const sql = (statement: string) => bindings.DB.prepare(statement).run();
const kinds = async () =>
  (await verified()).problems.map(({ kind, chain, sequence }) => [kind, chain, sequence]);
const inTenant = (act: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(bindings.TENANT.getByName(tenantObjectName('acme')), (_object, { storage }) =>
    act(storage),
  );

test('the heads of chains that have grown are signed, each once', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await ended(rowsOf(A, 3, Date.now()));
  await keep();
  await keep();
  await ended(rowsOf(B, 2, Date.now()));
  await keep();
  expect(await verified()).toEqual({ chains: 2, events: 5, checkpoints: 2, problems: [] });
  const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines).toMatchObject([
    { event: 'audit_checkpoint', tenant: 'acme', sequence: 1 },
    { event: 'audit_checkpoint', tenant: 'acme', sequence: 2 },
  ]);
  const state = await auditKeeperOf(bindings, 'acme').auditCheckpointState();
  expect(state).toMatchObject({ sequence: 2, hash: lines[1].hash, isSettled: true });
  expect(JSON.stringify(await new StoredCheckpoints(bindings.DB, 'acme').page(0, 9))).not.toMatch(
    /okta|github/,
  );
});

test('more heads than one checkpoint holds are in several', async () => {
  for (let index = 0; index < 3; index += 1) await ended(rowsOf(`session/${index}/1`, 1, Date.now()));
  await inTenant(storage => {
    const many = Array.from(
      { length: 1200 },
      (_, index) => `session/many-${String(index).padStart(5, '0')}/1`,
    );
    for (const chain of many) storage.sql.exec('INSERT INTO audit_chain (chain) VALUES (?)', chain);
  });
  const rows = Array.from({ length: 600 }, (_, index) =>
    rowsOf(`session/many-${String(index * 2).padStart(5, '0')}/1`, 1, Date.now()),
  ).flat();
  for (let start = 0; start < rows.length; start += 100)
    await new StoredEvents(bindings.DB, keyRing).insert(rows.slice(start, start + 100));
  await keep();
  const stored = await new StoredCheckpoints(bindings.DB, 'acme').page(0, 9);
  expect(stored.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

describe('with two checkpoints', () => {
  let a: readonly AuditRow[] = [];

  async function twoCheckpoints(): Promise<void> {
    a = await ended(rowsOf(A, 4, Date.now()));
    await keep();
    await ended(rowsOf(B, 2, Date.now()));
    await keep();
    expect((await verified()).problems).toEqual([]);
  }

  const forgetChain = (chain: string) =>
    inTenant(storage => storage.sql.exec('DELETE FROM audit_chain WHERE chain = ?', chain));

  test('a cut tail is found, though what recorded the chain was put back', async () => {
    await twoCheckpoints();
    const { sequence, hash } = a[2] as AuditRow;
    await inTenant(storage =>
      storage.sql.exec(
        'UPDATE audit_chain SET closed_sequence = ?, closed_hash = ? WHERE chain = ?',
        sequence,
        hash,
        A,
      ),
    );
    await sql(`DELETE FROM audit_event WHERE chain = '${A}' AND sequence > 3`);
    expect(await kinds()).toEqual([['cut', A, 4]]);
  });

  test('a chain that is gone with all memory of it is missed', async () => {
    await twoCheckpoints();
    await forgetChain(A);
    await sql(`DELETE FROM audit_event WHERE chain = '${A}'`);
    expect(await kinds()).toEqual([['cut', A, 4]]);
  });

  test('a tail that a holder of the keys has written anew is found, though the list says the same', async () => {
    await twoCheckpoints();
    const forged = rowsOf(A, 2, 1000, a[1]);
    const { sequence, hash } = forged.at(-1) as AuditRow;
    await sql(`DELETE FROM audit_event WHERE chain = '${A}' AND sequence > 2`);
    await new StoredEvents(bindings.DB, keyRing).insert(forged);
    await inTenant(storage =>
      storage.sql.exec(
        'UPDATE audit_chain SET closed_sequence = ?, closed_hash = ? WHERE chain = ?',
        sequence,
        hash,
        A,
      ),
    );
    expect(await kinds()).toEqual([['rewritten', A, 4]]);
  });

  test.each([
    ['removed the last', 'DELETE FROM audit_checkpoint WHERE sequence = 2', ['checkpoint-removed', null, 2]],
    ['removed the first', 'DELETE FROM audit_checkpoint WHERE sequence = 1', ['checkpoint-removed', null, 1]],
    [
      'edited one',
      `UPDATE audit_checkpoint SET jws = substr(jws, 1, 150) || 'A' || substr(jws, 152) WHERE sequence = 1`,
      ['checkpoint-edited', null, 1],
    ],
    [
      'put one in the place of another',
      'UPDATE audit_checkpoint SET jws = (SELECT jws FROM audit_checkpoint WHERE sequence = 1) WHERE sequence = 2',
      ['checkpoint-edited', null, 2],
    ],
  ])('it is found who has %s', async (_what, statement, problem) => {
    await twoCheckpoints();
    await sql(statement);
    expect(await kinds()).toContainEqual(problem);
  });

  test('a checkpoint that a holder of the keys has signed anew is found', async () => {
    await twoCheckpoints();
    const forged: Checkpoint = {
      tenant: 'acme',
      sequence: 1,
      at: '',
      previous: null,
      heads: [],
      archived: [],
    };
    const first = await signCheckpoint(keyRing, forged);
    await bindings.DB.prepare('UPDATE audit_checkpoint SET jws = ? WHERE sequence = 1').bind(first).run();
    expect(await kinds()).toEqual([['checkpoint-unlinked', null, 2]]);
    const previous = checkpointPoint(1, first).hash;
    const second = await signCheckpoint(keyRing, { ...forged, sequence: 2, previous });
    await bindings.DB.prepare('UPDATE audit_checkpoint SET jws = ? WHERE sequence = 2').bind(second).run();
    expect(await kinds()).toEqual([['checkpoint-head', null, 2]]);
  });

  test('another organisation’s checkpoint is none of this one', async () => {
    await twoCheckpoints();
    await ended(rowsOf(A, 1, Date.now(), undefined, 'other'));
    await keep('other');
    await sql(`UPDATE audit_checkpoint SET jws = (SELECT jws FROM audit_checkpoint WHERE tenant = 'other')
      WHERE tenant = 'acme' AND sequence = 1`);
    expect(await kinds()).toContainEqual(['checkpoint-edited', null, 1]);
  });

  test('the archive remembers where object and database were both put back', async () => {
    await twoCheckpoints();
    const first = checkpointPoint(
      1,
      (await new StoredCheckpoints(bindings.DB, 'acme').page(0, 1))[0]?.jws ?? '',
    );
    await sql('DELETE FROM audit_checkpoint WHERE sequence = 2');
    await sql(`DELETE FROM audit_event WHERE chain = '${B}'`);
    await forgetChain(B);
    await inTenant(storage =>
      storage.sql.exec('UPDATE audit_checkpoint SET sequence = 1, hash = ?', first.hash),
    );
    expect(await kinds()).toEqual([['checkpoint-head', null, 2]]);
  });
});

describe('events that are older than is kept', () => {
  async function archived(): Promise<void> {
    const old = rowsOf(A, 3, OLD_MS);
    await ended([...old, ...rowsOf(A, 2, Date.now(), old.at(-1))]);
    await ended(rowsOf(B, 2, OLD_MS));
    await keep();
  }
  const objectOf = async (prefix: string) =>
    (await bindings.AUDIT_ARCHIVE.list({ prefix: `${prefix}/${tenantObjectName('acme')}/` })).objects[0]
      ?.key ?? '';

  test('are archived and then deleted, and what is left is in order', async () => {
    await archived();
    const { results } = await bindings.DB.prepare(
      'SELECT chain, sequence FROM audit_event ORDER BY sequence',
    ).all();
    expect(results).toEqual([
      { chain: A, sequence: 4 },
      { chain: A, sequence: 5 },
    ]);
    expect(await verified()).toEqual({ chains: 2, events: 2, checkpoints: 1, problems: [] });
    const object = await bindings.AUDIT_ARCHIVE.get(await objectOf('events'));
    const text = await new Response(object?.body.pipeThrough(new DecompressionStream('gzip'))).text();
    expect(
      text
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toMatchObject([
      { chain: A, sequence: 1 },
      { chain: A, sequence: 2 },
      { chain: A, sequence: 3 },
    ]);
    expect(text).not.toMatch(/okta|github/);
  });

  test('are missed where their file is edited or removed', async () => {
    await archived();
    const key = await objectOf('events');
    const bytes = await (await bindings.AUDIT_ARCHIVE.get(key))?.bytes();
    await bindings.AUDIT_ARCHIVE.put(key, 'other');
    expect(await kinds()).toEqual([['archive', A, 1]]);
    await bindings.AUDIT_ARCHIVE.delete(key);
    expect(await kinds()).toEqual([['archive', A, 1]]);
    await bindings.AUDIT_ARCHIVE.put(key, bytes ?? '');
    expect(await kinds()).toEqual([]);
  });

  test('are not excused by a record that no checkpoint has', async () => {
    await archived();
    await sql(`UPDATE audit_archive SET through_sequence = 4, hash =
      (SELECT hash FROM audit_event WHERE chain = '${A}' AND sequence = 4) WHERE chain = '${A}'`);
    await sql(`DELETE FROM audit_event WHERE chain = '${A}' AND sequence = 4`);
    expect(await kinds()).toContainEqual(['removed', A, 1]);
  });

  test('stay where they are not as they were recorded', async () => {
    const faults = faultLog();
    await ended(rowsOf(A, 3, OLD_MS));
    await sql(`UPDATE audit_event SET kind = 'credential.kept' WHERE chain = '${A}' AND sequence = 2`);
    await keep();
    expect(faults()).toMatchObject([{ event: 'audit_not_archived', chain: A }]);
    expect(await kinds()).toEqual([['edited', A, 2]]);
  });

  test('are neither lost nor deleted twice, wherever keeping is cut short', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    let isCut = true;
    for (let step = 1; isCut; step += 1) {
      const old = rowsOf(A, 3, OLD_MS);
      await ended([...old, ...rowsOf(A, 1, Date.now(), old.at(-1))]);
      isCut = await cutAfter(step);
      const { problems } = await verified();
      expect(problems, `cut at step ${step}`).toEqual([]);
      await keep();
      expect(await verified()).toEqual({
        chains: 1,
        events: 1,
        checkpoints: expect.any(Number),
        problems: [],
      });
      await reset();
      await applyD1Migrations(bindings.DB, (bindings as unknown as { MIGRATIONS: [] }).MIGRATIONS);
    }
  });

  /** Runs it until so many things were done to the world outside. @returns whether it was cut short. */
  async function cutAfter(steps: number): Promise<boolean> {
    let left = steps;
    const dying = <Part extends object>(part: Part): Part =>
      new Proxy(part, {
        get(target, name) {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            const done = await value.apply(target, given);
            left -= 1;
            if (left === 0) throw new Error('died');
            return done;
          };
        },
      });
    const object = bindings.TENANT.getByName(tenantObjectName('acme'));
    return runInDurableObject(object, async (_object, { storage }) => {
      const parts: KeepingParts = {
        tenant: 'acme',
        keyRing,
        retentionDays: 30,
        book: new CheckpointBook(storage),
        events: dying(new StoredEvents(bindings.DB, keyRing)),
        checkpoints: dying(new StoredCheckpoints(bindings.DB, 'acme')),
        archive: dying(archiveOf(bindings, 'acme') as NonNullable<ReturnType<typeof archiveOf>>),
        sync: () => storage.sync(),
      };
      return new AuditKeeping(parts).run().then(
        () => false,
        () => true,
      );
    });
  }
});
