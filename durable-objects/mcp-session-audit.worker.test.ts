import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chainListOf, type ListedChain } from '../src/audit/audit-chains.ts';
import { AuditLog } from '../src/audit/audit-log.ts';
import type { AuditEvent } from '../src/audit/event.ts';
import type { Env } from '../src/env.ts';
import { faultLog } from '../src/errors.fake.ts';
import { sessionPublicId } from '../src/grants/open-sessions.ts';
import type { McpSession } from './mcp-session.ts';
import { ADA, TestHome, TestSession } from './test-session.fake.ts';

const bindings = env as unknown as Env;
const ECHO = { name: 'echo', arguments: { message: 'canary-of-a-message' } };
const log = () => new AuditLog(bindings, ADA.tenant);

let laterMs = 0;
let homes = 0;

afterEach(() => void vi.useRealTimers());

const newHome = () => {
  homes += 1;
  return new TestHome(`installation-${homes}`);
};

async function call(session: TestSession, params: object = ECHO): Promise<string> {
  return (await session.request('call', 'tools/call', params)).text();
}

/** Wakes an object at a time by which all that waits is due, each time later. */
async function wake({ stub }: TestSession, aheadMs = 60_000): Promise<boolean> {
  laterMs += aheadMs;
  vi.useFakeTimers({ now: Date.now() + laterMs, toFake: ['Date'] });
  const hasRung = await runDurableObjectAlarm(stub);
  vi.useRealTimers();
  return hasRung;
}

/** What is on record of a session in D1, in the order in which it happened. */
async function recorded(session: TestSession): Promise<AuditEvent[]> {
  const { events } = await log().events('', 500);
  const of = `session/${session.stub.id}/`;
  const own = events.filter(({ row }) => row.chain.startsWith(of));
  return own.toSorted((a, b) => a.row.sequence - b.row.sequence).flatMap(({ event }) => event ?? []);
}

const verified = () => log().verify('', 500);

const tables = ({ stub }: TestSession) =>
  runInDurableObject(stub, (_instance, { storage: { sql } }) => {
    const rows = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    return rows.map(({ name }) => name).filter(name => !name.startsWith('_cf') && name !== 'sqlite_sequence');
  });

async function chainsOf({ stub }: TestSession): Promise<ListedChain[]> {
  const chains = await chainListOf(bindings, ADA.tenant).listAuditChains(`session/${stub.id}/`, 500);
  return chains.filter(({ chain }) => chain.startsWith(`session/${stub.id}/`));
}

describe.each([
  ['2025', async () => new TestSession().open()],
  ['2026', async () => newHome()],
])('a call of era %s', (era, open) => {
  test('is on record once, with who, what, by which rule and how it ended, and nothing of what was said', async () => {
    const session = await open();
    expect(await call(session)).toContain('canary-of-a-message');
    await wake(session);
    const event = (await recorded(session)).at(-1);
    expect(event).toEqual({
      ...{ kind: 'call.ended', id: expect.any(String), atMs: expect.any(Number), tenant: 'default' },
      ...{
        user: 'ada',
        client: 'client',
        installation: session.hop.principal.installation.id,
        roles: 'member',
      },
      ...{
        session: sessionPublicId(session.hop.objectName),
        era,
        trace: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      ...{ server: 'everything', code: expect.any(String), method: 'tools/call', name: 'echo' },
      ...{
        hash: expect.stringMatching(/^[\w-]{43}$/),
        effect: 'allow',
        rule: 'members-may-call',
        policyVersion: 0,
      },
      ...{ outcome: 'done', digest: expect.stringMatching(/^[\w-]{22}$/), bytesIn: 33 },
      ...{ bytesOut: expect.any(Number), durationMs: expect.any(Number) },
    });
    expect(JSON.stringify(event)).not.toContain('canary');
    expect(await verified()).toMatchObject({ problems: [] });
  });

  test('has the outcome that it had: failed by its tool, asked of its user, unknown here', async () => {
    const session = await open();
    await call(session, { name: 'test_error_handling', arguments: {} });
    const asking = await session.request('ask', 'tools/call', { name: 'ask_name', arguments: {} });
    if (era === '2026') await asking.text();
    await vi.waitFor(async () => {
      await wake(session, 2000);
      const calls = (await recorded(session)).filter(({ kind }) => kind === 'call.ended');
      expect(calls.map(({ outcome }) => outcome)).toEqual(['tool-error', 'asked']);
    });
    await asking.body?.cancel().catch(() => {});
  });

  test('is refused while the outbox is full, before anything is done', async () => {
    const session = await open();
    await call(session);
    await runInDurableObject(session.stub, (_instance, { storage: { sql } }) => {
      sql.exec('UPDATE audit_chain SET sequence = sequence + 10000');
    });
    expect(await call(session)).toContain('AUDIT_OUTBOX_MAX_EVENTS (10000)');
    await runInDurableObject(session.stub, (_instance, { storage: { sql } }) => {
      sql.exec('UPDATE audit_chain SET sequence = sequence - 10000');
    });
    await wake(session);
    expect((await recorded(session)).filter(({ kind }) => kind === 'call.ended')).toHaveLength(1);
  });

  test('is told to nobody whose record is not stored, and a crash before it is leaves neither', async () => {
    const session = await open();
    await call(session);
    await wake(session);
    await runInDurableObject(session.stub, (_instance: McpSession, state) => {
      // The record sets the alarm in the turn in which it is written: the object dies in that very turn.
      state.storage.setAlarm = async () => state.abort('crash');
    });
    await expect(call(session, { ...ECHO, arguments: { message: 'lost' } })).rejects.toThrow();
    const before = await recorded(session);
    await call(session);
    await wake(session);
    expect(await recorded(session)).toHaveLength(before.length + 1);
    expect(await verified()).toMatchObject({ problems: [] });
  });

  test('is not answered where its record cannot be written', async () => {
    faultLog();
    const session = await open();
    await call(session);
    await runInDurableObject(session.stub, (_instance, { storage: { sql } }) => {
      sql.exec('ALTER TABLE audit_outbox RENAME COLUMN event TO away');
    });
    const answer = await call(session);
    expect(answer).not.toContain('canary');
    expect(JSON.parse(answer).error).toBeDefined();
    await runInDurableObject(session.stub, (_instance, { storage: { sql } }) => {
      sql.exec('ALTER TABLE audit_outbox RENAME COLUMN away TO event');
    });
  });
});

test('a call that a crash cut off is on record once its session is back: nobody knows how it ended', async () => {
  const session = await new TestSession().open();
  const count = { name: 'slow_count', arguments: { to: 100, delayMs: 100 }, _meta: { progressToken: 't' } };
  const response = await session.request('count', 'tools/call', count);
  await session.crash();
  await response.body?.cancel().catch(() => {});
  await session.status('POST', { jsonrpc: '2.0', id: 'ping', method: 'ping' });
  await wake(session);
  const lost = { outcome: 'unknown', error: 'outcome_unknown', server: 'everything', name: 'slow_count' };
  expect((await recorded(session)).filter(({ kind }) => kind === 'call.ended')).toMatchObject([lost]);
});

test('a session is on record from its beginning to its end, and nothing of it stays in its object', async () => {
  const session = await new TestSession().open();
  await call(session);
  expect(await session.status('DELETE')).toBe(204);
  expect(await session.status('POST', { jsonrpc: '2.0', id: 1, method: 'ping' })).toBe(404);
  expect(await tables(session)).toEqual(['audit_chain', 'audit_outbox']);
  await wake(session);
  expect(await tables(session)).toEqual([]);
  expect(await recorded(session)).toMatchObject([
    { kind: 'session.opened', user: 'ada', revision: '2025-11-25', resource: ADA.resource },
    { kind: 'call.ended' },
    { kind: 'session.ended', user: 'ada', cause: 'asked', session: sessionPublicId(session.hop.objectName) },
  ]);
  expect(await chainsOf(session)).toMatchObject([{ closed: { sequence: 3 } }]);
  expect(await wake(session)).toBe(false);
});

describe('the chain of a home', () => {
  test('is closed when it was idle for long enough, and another begins when it wakes', async () => {
    const home = newHome();
    await call(home);
    await wake(home);
    expect(await chainsOf(home)).toMatchObject([{ closed: null }]);
    await wake(home, 3_700_000);
    expect(await tables(home)).toEqual([]);
    expect(await wake(home)).toBe(false);
    await call(home);
    await wake(home);
    const chains = await chainsOf(home);
    expect(chains.map(({ closed }) => closed?.sequence)).toEqual([1, 1]);
    expect(await verified()).toMatchObject({ problems: [], undelivered: 0 });
  });

  test('is verified after it was closed: a cut tail, and one that is gone as a whole, are missed', async () => {
    const home = newHome();
    for (let index = 0; index < 3; index += 1) await call(home);
    await wake(home);
    await wake(home, 3_700_000);
    const [{ chain }] = (await chainsOf(home)) as [ListedChain];
    const cut = (where: string) =>
      bindings.DB.prepare(`DELETE FROM audit_event WHERE chain = ? AND ${where}`).bind(chain).run();
    await cut('sequence = 3');
    expect((await verified()).problems).toEqual([{ chain, kind: 'removed', sequence: 3, through: 3 }]);
    await cut('true');
    expect((await verified()).problems).toEqual([{ chain, kind: 'removed', sequence: 1, through: 3 }]);
  });

  test('is not closed before D1 has all of it, nor forgotten before the tenant knows its head', async () => {
    faultLog();
    const home = newHome();
    await call(home);
    await bindings.DB.exec('ALTER TABLE audit_event RENAME TO away');
    await wake(home, 3_700_000);
    expect(await tables(home)).toEqual(['audit_chain', 'audit_outbox']);
    await bindings.DB.exec('ALTER TABLE away RENAME TO audit_event');
    await wake(home, 7_400_000);
    expect(await recorded(home)).toHaveLength(1);
    expect(await tables(home)).toEqual([]);
  });
});
