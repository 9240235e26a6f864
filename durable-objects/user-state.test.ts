import { expect, test } from 'vitest';
import { keyRingOf } from '../src/crypto/key-ring.fake.ts';
import { seededRandom, withBitFlipped } from '../src/crypto/random.fake.ts';
import { refusal } from '../src/errors.fake.ts';
import { FakeStorage } from './storage.fake.ts';
import { type StateLimits, UserState } from './user-state.ts';

const OWNER = { tenant: 'acme', subject: 'ada' };
const ROOMY: StateLimits = { maxValueBytes: 1000, maxEntries: 1000, maxTotalBytes: 1_000_000 };
const UNREADABLE = refusal('sealed_unreadable', 'A sealed value in state could not be opened.');

function opened(limits: Partial<StateLimits> = {}) {
  const fake = new FakeStorage();
  const reopen = (owner = OWNER, ring = keyRingOf('k1')) =>
    new UserState(fake.storage, ring, owner, { ...ROOMY, ...limits });
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
  expect(() => reopen(owner)).toThrow(UNREADABLE);
});

test('values outlive the rotation of the master key, and end when it is gone', () => {
  const { state, reopen } = opened();
  state.write('memory', 'k', 'v');
  expect(reopen(OWNER, keyRingOf('k1', 'k2')).read('memory', 'k')).toBe('v');
  expect(() => reopen(OWNER, keyRingOf('k2'))).toThrow(UNREADABLE);
});

test("without the user's key nothing can be read again: a new one is a new user", () => {
  const { fake, state, reopen } = opened();
  state.write('memory', 'k', 'v');
  fake.storage.sql.exec('DELETE FROM user_key');
  const later = reopen();
  expect(later.read('memory', 'k')).toBeNull();
  expect(() => later.list('memory', {})).toThrow(UNREADABLE);
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

test('a value that was rolled to another server is refused', () => {
  const { fake, state } = opened();
  state.write('memory', 'k', 'v');
  fake.storage.sql.exec("UPDATE state SET server = 'other'");
  expect(() => state.list('other', {})).toThrow(UNREADABLE);
});
