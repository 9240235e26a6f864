import { beforeEach, expect, test } from 'vitest';
import { fakeSql } from '../storage/storage.fake.ts';
import { WantedConnections } from './connection-wants.ts';

/** How far the clocks of who asks and of the account may be apart. */
const SKEW_MS = 500;

const want = (connection: string, server = 'issues') =>
  ({ server, connection, reason: 'missing', scopes: [] }) as const;
const since = (sinceMs: number, server = 'issues') => ({ server, sinceMs });

let wants: WantedConnections;

beforeEach(() => {
  wants = new WantedConnections(fakeSql());
});

test('what a server wanted is told to whoever asks for that server: several calls may have wanted the same', () => {
  wants.add(want('github'), 10);
  wants.add({ ...want('github'), reason: 'insufficient', scopes: ['repo'] }, 11);
  wants.add(want('mail', 'letters'), 12);
  const told = {
    wants: [{ connection: 'github', reason: 'insufficient', scopes: ['repo'] }],
    mayHaveActed: false,
  };
  expect([wants.since(since(10)), wants.since(since(10))]).toEqual([told, told]);
  expect(wants.since(since(10, 'letters')).wants).toMatchObject([{ connection: 'mail', reason: 'missing' }]);
});

test('what was wanted before the call is not told', () => {
  wants.add(want('github'), 10);
  expect(wants.since(since(11)).wants).toEqual([]);
});

test('a server that acted since then must not be run again, and one that acted before may', () => {
  wants.acted('issues', 5000);
  const isActed = (sinceMs: number, server?: string) => wants.since(since(sinceMs, server)).mayHaveActed;
  expect([isActed(4000), isActed(5000 + SKEW_MS), isActed(5001 + SKEW_MS)]).toEqual([true, true, false]);
  expect(isActed(4000, 'letters')).toBe(false);
});

test('that a server acted outlives the memory of the account', () => {
  const sql = fakeSql();
  new WantedConnections(sql).acted('issues', 5000);
  expect(new WantedConnections(sql).since(since(4000)).mayHaveActed).toBe(true);
});

test('no more is remembered than the bound', () => {
  for (let count = 0; count < 150; count += 1) wants.add(want(`c${count}`), count);
  expect(wants.since(since(0)).wants).toHaveLength(100);
});
