import { expect, test } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import type { StateQuery } from '../../src/runtime/server-state.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { type StateLimits, UserState } from './user-state.ts';

const ROOMY: StateLimits = { maxValueBytes: 5000, maxEntries: 5000, maxTotalBytes: 5_000_000 };

function stateWith(limits: Partial<StateLimits> = {}): UserState {
  const owner = { tenant: 'acme', subject: 'ada' };
  return new UserState(new FakeStorage().storage.sql, keyRingOf('k1'), owner, { ...ROOMY, ...limits });
}

function filled(...keys: string[]): UserState {
  const state = stateWith();
  for (const key of keys) state.write('memory', key, `value of ${key}`);
  return state;
}

const keysOf = (state: UserState, query: StateQuery) =>
  state.list('memory', query).entries.map(({ key }) => key);

test('a value may be as large as the limit in bytes, and no larger', () => {
  const state = stateWith({ maxValueBytes: 4 });
  expect(state.write('memory', 'a long key', 'éé')).toEqual({ ok: true });
  expect(state.write('memory', 'k', 'ééx')).toEqual({
    ok: false,
    code: 'value_too_large',
    limit: 4,
    unit: 'bytes',
    message: 'The value is larger than 4 bytes.',
  });
  expect(state.read('memory', 'k')).toBeNull();
});

test('a key may have 1,024 bytes, and no more', () => {
  const state = stateWith();
  expect(state.write('memory', 'é'.repeat(512), '')).toEqual({ ok: true });
  expect(state.write('memory', `${'é'.repeat(512)}x`, '')).toEqual({
    ok: false,
    code: 'value_too_large',
    limit: 1024,
    unit: 'bytes',
    message: 'The key is larger than 1024 bytes.',
  });
});

test('there are as many entries as the limit, and writing over one is no new entry', () => {
  const state = stateWith({ maxEntries: 2 });
  for (const key of ['a', 'b', 'a']) expect(state.write('memory', key, key)).toEqual({ ok: true });
  expect(state.write('memory', 'c', 'c')).toEqual({
    ok: false,
    code: 'quota_exceeded',
    limit: 2,
    unit: 'entries',
    message: 'This server may keep 2 entries for you; delete something first.',
  });
  state.delete('memory', 'a');
  expect(state.write('memory', 'c', 'c')).toEqual({ ok: true });
});

test('keys and values together have as many bytes as the limit, counted anew when one is written over', () => {
  const state = stateWith({ maxTotalBytes: 10 });
  expect(state.write('memory', 'a', '12345')).toEqual({ ok: true });
  expect(state.write('memory', 'b', '123')).toEqual({ ok: true });
  expect(state.write('memory', 'a', '123456')).toEqual({
    ok: false,
    code: 'quota_exceeded',
    limit: 10,
    unit: 'bytes',
    message: 'This server may keep 10 bytes for you; delete something first.',
  });
  expect(state.read('memory', 'a')).toBe('12345');
  expect(state.write('memory', 'a', '1')).toEqual({ ok: true });
  expect(state.write('memory', 'b', '1234567')).toEqual({ ok: true });
});

test("one server's values do not count against another's limits", () => {
  const state = stateWith({ maxEntries: 1, maxTotalBytes: 2 });
  expect(state.write('memory', 'a', '1')).toEqual({ ok: true });
  expect(state.write('other', 'a', '1')).toEqual({ ok: true });
});

test('entries come in the order of their first insertion', () => {
  const state = filled('c', 'a', 'b');
  state.write('memory', 'c', 'changed');
  expect(state.list('memory', {})).toEqual({
    entries: [
      { key: 'c', value: 'changed' },
      { key: 'a', value: 'value of a' },
      { key: 'b', value: 'value of b' },
    ],
    next: null,
  });
});

test('pages follow each other without loss or repetition', () => {
  const keys = Array.from({ length: 23 }, (_, n) => `k${n}`);
  const state = filled(...keys);
  const seen: string[] = [];
  let after: string | null | undefined;
  do {
    const { entries, next } = state.list('memory', { limit: 5, ...(after && { after }) });
    expect(entries.length).toBeLessThanOrEqual(5);
    seen.push(...entries.map(({ key }) => key));
    after = next;
  } while (after !== null);
  expect(seen).toEqual(keys);
});

test('a page goes on after an entry that was deleted meanwhile', () => {
  const state = filled('a', 'b', 'c', 'd');
  const { next } = state.list('memory', { limit: 2 });
  state.delete('memory', 'b');
  expect(keysOf(state, { after: next ?? '' })).toEqual(['c', 'd']);
});

test('a prefix selects by the beginning of the key, and pages count what it selects', () => {
  const state = filled('note/1', 'tag/1', 'note/2', 'tag/2', 'note/3');
  const { entries, next } = state.list('memory', { prefix: 'note/', limit: 2 });
  expect(entries.map(({ key }) => key)).toEqual(['note/1', 'note/2']);
  expect(keysOf(state, { prefix: 'note/', after: next ?? '' })).toEqual(['note/3']);
  expect(keysOf(state, { prefix: 'none' })).toEqual([]);
});

test('nothing follows the last entry that a prefix selects, so next is null', () => {
  expect(filled('note/1', 'tag/1').list('memory', { prefix: 'note/', limit: 1 }).next).toBeNull();
  expect(filled('note/1').list('memory', { limit: 1 }).next).toBeNull();
});

test.each([
  [undefined, 100],
  [0, 1],
  [-5, 1],
  [2.9, 2],
  [1_000_000, 1000],
  [Number.POSITIVE_INFINITY, 1000],
  [Number.NaN, 1],
  ['many' as unknown as number, 1],
])('the limit %s gives pages of %i', (limit, size) => {
  const state = filled(...Array.from({ length: 1001 }, (_, n) => `k${n}`));
  expect(keysOf(state, limit === undefined ? {} : { limit })).toHaveLength(size);
});
