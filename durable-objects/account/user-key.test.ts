import { expect, test } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { withBitFlipped } from '../../src/crypto/random.fake.ts';
import { refusal } from '../../src/errors.fake.ts';
import { accountObjectName } from '../../src/session-key/internal-bearer.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { accountPlace, userKey } from './user-key.ts';

const OWNER = { tenant: 'acme', subject: 'ada' };
const RING = keyRingOf('k1');
const UNREADABLE = refusal('sealed_unreadable', 'A sealed value in user_key could not be opened.');

/** The storage of a new account, and its user's key. */
function opened() {
  const fake = new FakeStorage();
  const { sql } = fake.storage;
  return { fake, sql, key: userKey(sql, RING, OWNER) };
}

test("a user's key has 32 random bytes, and is the same each time", () => {
  const { sql, key } = opened();
  expect(key).toHaveLength(32);
  expect(userKey(sql, RING, OWNER)).toEqual(key);
  expect(opened().key).not.toEqual(key);
});

test('it is stored wrapped, never in the clear', () => {
  const { fake, key } = opened();
  expect(fake.dump()).not.toContain(Buffer.from(key).toString('latin1'));
});

test('it outlives the rotation of the master key, and ends when that key is gone', () => {
  const { sql, key } = opened();
  expect(userKey(sql, keyRingOf('k1', 'k2'), OWNER)).toEqual(key);
  expect(() => userKey(sql, keyRingOf('k2'), OWNER)).toThrow(UNREADABLE);
});

test.each([
  ['tenant', { ...OWNER, tenant: 'other' }],
  ['subject', { ...OWNER, subject: 'eve' }],
])('it does not open for another %s, and no new one takes its place', (_what, owner) => {
  const { sql, key } = opened();
  expect(() => userKey(sql, RING, owner)).toThrow(UNREADABLE);
  expect(userKey(sql, RING, OWNER)).toEqual(key);
});

test('with any bit flipped it does not open, and no new one takes its place', () => {
  const { sql } = opened();
  const { wrapped_key } = sql.exec<{ wrapped_key: ArrayBuffer }>('SELECT * FROM user_key').one();
  for (let bit = 0; bit < wrapped_key.byteLength * 8; bit += 7) {
    const flipped = withBitFlipped(new Uint8Array(wrapped_key), bit).buffer;
    sql.exec('UPDATE user_key SET wrapped_key = ?', flipped);
    expect(() => userKey(sql, RING, OWNER), `bit ${bit}`).toThrow(UNREADABLE);
    expect(sql.exec('SELECT * FROM user_key').toArray()).toEqual([{ id: 1, wrapped_key: flipped }]);
  }
});

test('once it is deleted the next one is another', () => {
  const { sql, key } = opened();
  sql.exec('DELETE FROM user_key');
  expect(userKey(sql, RING, OWNER)).not.toEqual(key);
});

test('the place of a value names its account and its column', () => {
  expect(accountPlace(OWNER, 'state', 'memory/tag', 'entry')).toEqual({
    store: 'account',
    table: 'state',
    tenant: 'acme',
    subject: 'ada',
    object: accountObjectName('acme', 'ada'),
    row: 'memory/tag',
    column: 'entry',
  });
});
