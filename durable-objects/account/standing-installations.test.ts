import { expect, test } from 'vitest';
import { KEY_BYTES } from '../../src/crypto/key-ring.ts';
import { refusal } from '../../src/errors.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { forgetStanding, isStanding, StandingInstallations, standingIds } from './standing-installations.ts';

const ADA = { tenant: 'acme', subject: 'ada' };
const MCP = 'https://mcp.example.com/mcp';

function account(owner = ADA, storage = new FakeStorage()) {
  const key = { kid: 'data', key: new Uint8Array(KEY_BYTES) };
  const sql = storage.sql as unknown as SqlStorage;
  return { storage, sql, standing: new StandingInstallations(sql, owner, () => key) };
}

test('a client has one installation per resource, which stays the same', () => {
  const { standing, sql } = account();
  const first = standing.of('pipeline', MCP);
  expect(standing.of('pipeline', MCP)).toEqual(first);
  const others = [standing.of('pipeline', `${MCP}/memory`), standing.of('other', MCP)];
  expect(new Set([first, ...others].map(({ id }) => id)).size).toBe(3);
  expect(standingIds(sql)).toHaveLength(3);
});

test('one that has ended is gone with its key, and the next has another', () => {
  const { standing, sql } = account();
  const first = standing.of('pipeline', MCP);
  expect(isStanding(sql, first.id)).toBe(true);
  forgetStanding(sql, first.id);
  expect(isStanding(sql, first.id)).toBe(false);
  const next = standing.of('pipeline', MCP);
  expect([next.id === first.id, next.key === first.key]).toEqual([false, false]);
});

test('neither keys, clients nor resources are there in the clear', () => {
  const { standing, storage } = account();
  const { key } = standing.of('pipeline', MCP);
  const stored = storage.dump();
  for (const text of [key, 'pipeline', 'mcp.example.com']) expect(stored).not.toContain(text);
});

test('a row that was changed does not open', () => {
  const { standing, storage } = account();
  standing.of('pipeline', MCP);
  storage.flipBit('standing_installation', 'sealed', '1 = 1');
  expect(() => standing.of('pipeline', MCP)).toThrow(refusal('sealed_unreadable', /standing_installation/));
});

test("another user's row does not open", () => {
  const { standing, storage } = account();
  standing.of('pipeline', MCP);
  const eve = account({ ...ADA, subject: 'eve' }, storage);
  expect(() => eve.standing.of('pipeline', MCP)).toThrow(
    refusal('sealed_unreadable', /standing_installation/),
  );
});

test('to ask of an account that never had one stores nothing', () => {
  const { sql, storage } = account();
  forgetStanding(sql, 'x');
  expect([isStanding(sql, 'x'), standingIds(sql), storage.dump()]).toEqual([false, [], '']);
});
