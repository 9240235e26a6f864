import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test } from 'vitest';
import { type Env, settingsOf } from '../env.ts';
import { AuditLog } from './audit-log.ts';
import { type AuditRow, rowAfter } from './audit-row.ts';
import { type AuditEntry, eventOf } from './event.ts';
import { type EventFilter, eventFilterSchema } from './event-filter.ts';
import { genesis } from './hash-chain.ts';
import { StoredEvents } from './stored-events.ts';
import { USED } from './trail.fake.ts';

const bindings = env as unknown as Env;
const { keyRing } = settingsOf(bindings);
const log = (tenant = 'acme') => new AuditLog(bindings, tenant);

afterEach(() => reset());

/** Stores events of a tenant, one a millisecond. */
async function store(entries: readonly AuditEntry[], tenant = 'acme'): Promise<void> {
  const name = { tenant, chain: 'account/x' };
  const rows: AuditRow[] = [];
  for (const [index, entry] of entries.entries()) {
    const event = eventOf(entry, { id: `${tenant}-${index}`, atMs: 1000 + index, tenant });
    rows.push(rowAfter(rows.at(-1) ?? genesis(name), name, event, keyRing));
  }
  for (let start = 0; start < rows.length; start += 100)
    await new StoredEvents(bindings.DB, keyRing).insert(rows.slice(start, start + 100));
}

async function found(filter: object, limit = 100): Promise<string[]> {
  const ids: string[] = [];
  const checked: EventFilter = eventFilterSchema.parse(filter);
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await log().events(cursor, limit, checked);
    expect(page.events.length).toBeLessThanOrEqual(limit);
    ids.push(...page.events.map(({ row }) => row.id));
    cursor = page.next;
  }
  return ids;
}

const CALL: AuditEntry = {
  kind: 'call.ended',
  outcome: 'denied',
  user: 'okta|bob',
  client: 'c1',
  installation: 'i1',
  session: 's1',
  server: 'memory',
  method: 'tools/call',
  era: '2025',
  name: 'remember',
  effect: 'deny',
  rule: 'r7',
  policyVersion: 4,
  approval: 'a1',
  groups: '["staff","on call"]',
  connections: 'github jira',
  trace: '0af7651916cd43dd8448eb211c80319c',
};

test.each([
  [{ user: 'okta|bob' }],
  [{ server: 'memory', kind: 'call.ended' }],
  [{ session: 's1' }],
  [{ name: 'remember' }],
  [{ client: 'c1' }],
  [{ outcome: 'denied' }],
  [{ effect: 'deny' }],
  [{ rule: 'r7' }],
  [{ policyVersion: '4' }],
  [{ approval: 'a1' }],
  [{ groups: 'on call' }],
  [{ connections: 'jira' }],
  [{ trace: '0af7651916cd43dd8448eb211c80319c' }],
  [{ from: '1970-01-01T00:00:01.001Z', until: '1970-01-01T00:00:01.002Z' }],
])('an event is found by %j, and others are not', async filter => {
  await store([USED, CALL, { ...USED, method: 'POST' }]);
  await store([CALL], 'other');
  expect(await found(filter)).toEqual(['acme-1']);
});

test('pages of a search hold each wanted event once, newest first, however rare they are', async () => {
  const entries = Array.from({ length: 600 }, (_, index) => (index % 100 === 7 ? CALL : USED));
  await store(entries);
  const wanted = [507, 407, 307, 207, 107, 7].map(index => `acme-${index}`);
  for (const limit of [1, 4, 100]) {
    expect(await found({ client: 'c1' }, limit)).toEqual(wanted);
    expect(await found({ user: 'okta|bob', kind: 'call.ended' }, limit)).toEqual(wanted);
  }
});

test('what is searched by is not in the database in the clear, and differs by organisation and member', async () => {
  await store([CALL]);
  await store([CALL], 'other');
  await store([{ ...CALL, name: 'memory' }], 'third');
  const { results } = await bindings.DB.prepare('SELECT * FROM audit_event').all();
  expect(JSON.stringify(results)).not.toMatch(/bob|memory|remember|okta/);
  const tags = results.flatMap(row =>
    Object.entries(row).flatMap(([column, value]) => (column.endsWith('_tag') ? [value] : [])),
  );
  expect(new Set(tags).size).toBe(12);
});
