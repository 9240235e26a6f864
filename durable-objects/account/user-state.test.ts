import { expect, test } from 'vitest';
import { lengthPrefixed, toBase64url } from '../../src/crypto/bytes.ts';
import { openJson } from '../../src/crypto/envelope.ts';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { hmac, subkey } from '../../src/crypto/key-ring.ts';
import { seededRandom, withBitFlipped } from '../../src/crypto/random.fake.ts';
import { faultLog, refusal } from '../../src/errors.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { accountPlace, userKey } from './user-key.ts';
import { type StateLimits, UserState } from './user-state.ts';

const OWNER = { tenant: 'acme', subject: 'ada' };
const ROOMY: StateLimits = { maxValueBytes: 1000, maxEntries: 1000, maxTotalBytes: 1_000_000 };
const UNREADABLE = refusal('sealed_unreadable', 'A sealed value in state could not be opened.');
const KEY_UNREADABLE = refusal('sealed_unreadable', 'A sealed value in user_key could not be opened.');

function opened(limits: Partial<StateLimits> = {}) {
  const fake = new FakeStorage();
  const reopen = (owner = OWNER, ring = keyRingOf('k1')) =>
    new UserState(fake.storage.sql, ring, owner, { ...ROOMY, ...limits });
  return { fake, state: reopen(), reopen };
}

test('a value is read as it was written last, also by a later instance', () => {
  const { state, reopen } = opened();
  expect(state.write('memory', 'k', 'one')).toEqual({ ok: true });
  expect(state.write('memory', 'k', 'two é😀')).toEqual({ ok: true });
  expect(state.read('memory', 'k')).toBe('two é😀');
  expect(reopen().read('memory', 'k')).toBe('two é😀');
});

test('an absent value is null, and an empty one is not absent', () => {
  const { state } = opened();
  expect(state.read('memory', 'k')).toBeNull();
  state.write('memory', '', '');
  expect(state.read('memory', '')).toBe('');
});

test('a value is deleted once', () => {
  const { state } = opened();
  state.write('memory', 'k', 'v');
  expect(state.delete('memory', 'k')).toBe(true);
  expect(state.delete('memory', 'k')).toBe(false);
  expect(state.read('memory', 'k')).toBeNull();
});

test('servers share no values', () => {
  const { state } = opened();
  state.write('memory', 'k', 'v');
  expect(state.read('other', 'k')).toBeNull();
  expect(state.delete('other', 'k')).toBe(false);
  expect(state.list('other', {})).toEqual({ entries: [], next: null });
  expect(state.read('memory', 'k')).toBe('v');
});

test("neither keys nor values are stored in the clear, and the user's key is wrapped", () => {
  const { fake, state } = opened();
  state.write('memory', 'canary-key', 'canary-value');
  expect(fake.dump()).not.toContain('canary');
});

test('the same key of two users or two servers looks different at rest', () => {
  const tags = [opened(), opened()].flatMap(({ fake, state }) => {
    for (const server of ['memory', 'other']) state.write(server, 'k', 'v');
    return fake.storage.sql.exec<{ key_tag: string }>('SELECT key_tag FROM state').toArray();
  });
  expect(new Set(tags.map(({ key_tag }) => key_tag)).size).toBe(4);
});

test.each([
  ['tenant', { ...OWNER, tenant: 'other' }],
  ['subject', { ...OWNER, subject: 'eve' }],
])('an account that was given to another %s cannot be opened', (_what, owner) => {
  const { reopen } = opened();
  expect(() => reopen(owner)).toThrow(KEY_UNREADABLE);
});

test('values outlive the rotation of the master key, and end when it is gone', () => {
  const { state, reopen } = opened();
  state.write('memory', 'k', 'v');
  expect(reopen(OWNER, keyRingOf('k1', 'k2')).read('memory', 'k')).toBe('v');
  expect(() => reopen(OWNER, keyRingOf('k2'))).toThrow(KEY_UNREADABLE);
});

test("without the user's key nothing can be read again: a new one is a new user", () => {
  const { fake, state, reopen } = opened();
  state.write('memory', 'k', 'v');
  fake.storage.sql.exec('DELETE FROM user_key');
  const later = reopen();
  const faults = faultLog();
  expect(later.read('memory', 'k')).toBeNull();
  expect(later.list('memory', {})).toEqual({ entries: [], next: null });
  expect(faults()).toMatchObject([{ event: 'state_unreadable', server: 'memory' }]);
});

test('1,000 rows that were flipped or swapped are refused, and the others can be read', () => {
  const { fake, state } = opened();
  const random = seededRandom();
  for (let n = 0; n < 20; n++) state.write('memory', `k${n}`, `v${n}`);
  const { sql } = fake.storage;
  const rows = sql
    .exec<{ seq: number; entry: ArrayBuffer }>('SELECT seq, entry FROM state ORDER BY seq')
    .toArray();
  const put = (seq: number, entry: ArrayBuffer) =>
    sql.exec('UPDATE state SET entry = ? WHERE seq = ?', entry, seq);
  for (let i = 0; i < 1000; i++) {
    const at = random.below(20);
    const { seq = 0, entry = new ArrayBuffer() } = rows[at] ?? {};
    const other = rows[(at + 1 + random.below(19)) % 20]?.entry ?? new ArrayBuffer();
    const flipped = withBitFlipped(new Uint8Array(entry), random.below(entry.byteLength * 8)).buffer;
    put(seq, i % 2 === 0 ? flipped : other);
    expect(() => state.read('memory', `k${at}`)).toThrow(UNREADABLE);
    expect(state.read('memory', `k${(at + 1) % 20}`)).toBe(`v${(at + 1) % 20}`);
    put(seq, entry);
  }
});

test('an entry with one bit flipped is reported and left out of lists, and it alone', () => {
  const { fake, state } = opened();
  for (const key of ['a', 'b', 'c']) state.write('memory', key, `value of ${key}`);
  fake.flipBit('state', 'entry', 'seq = 2');
  const faults = faultLog();
  expect(state.list('memory', {})).toEqual({
    entries: [
      { key: 'a', value: 'value of a' },
      { key: 'c', value: 'value of c' },
    ],
    next: null,
  });
  expect(faults()).toMatchObject([{ event: 'state_unreadable', server: 'memory' }]);
  expect(() => state.read('memory', 'b')).toThrow(UNREADABLE);
});

test('an entry that cannot be opened takes no place on a page, and can be written over or deleted', () => {
  const { fake, state } = opened();
  for (const key of ['a', 'b', 'c', 'd']) state.write('memory', key, key);
  fake.flipBit('state', 'entry', 'seq = 2');
  fake.flipBit('state', 'entry', 'seq = 4');
  faultLog();
  const { entries, next } = state.list('memory', { limit: 2 });
  expect([entries.map(({ key }) => key), next]).toEqual([['a', 'c'], null]);
  expect(state.write('memory', 'b', 'new')).toEqual({ ok: true });
  expect(state.read('memory', 'b')).toBe('new');
  expect(state.delete('memory', 'd')).toBe(true);
});

test('a value that was rolled to another server is not shown there', () => {
  const { fake, state } = opened();
  state.write('memory', 'k', 'v');
  fake.storage.sql.exec("UPDATE state SET server = 'other'");
  const faults = faultLog();
  expect(state.list('other', {}).entries).toEqual([]);
  expect(state.read('other', 'k')).toBeNull();
  expect(faults()).toMatchObject([{ event: 'state_unreadable', server: 'other' }]);
});

test("entries and their tags have keys of their own, made from the user's", () => {
  const { fake, state } = opened();
  state.write('memory', 'k', 'v');
  const key = userKey(fake.storage.sql, keyRingOf('k1'), OWNER);
  const [row] = fake.storage.sql
    .exec<{ key_tag: string; entry: ArrayBuffer }>('SELECT * FROM state')
    .toArray();
  const place = accountPlace(OWNER, 'state', `memory/${row?.key_tag}`, 'entry');
  const opens = (candidate: Uint8Array) =>
    openJson(() => candidate, place, new Uint8Array(row?.entry ?? new ArrayBuffer()));
  expect(opens(subkey(key, 'state-entry'))).toEqual({ key: 'k', value: 'v' });
  for (const other of [key, subkey(key, 'state-key-tag')]) expect(() => opens(other)).toThrow(UNREADABLE);
  expect(row?.key_tag).toBe(toBase64url(hmac(subkey(key, 'state-key-tag'), lengthPrefixed('memory', 'k'))));
});
