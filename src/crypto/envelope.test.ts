import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { concat, fromUtf8, lengthPrefixed, utf8 } from './bytes.ts';
import { open, openJson, type SealedPlace, type SealingKey, seal, sealJson } from './envelope.ts';
import { masterKey } from './key-ring.fake.ts';
import { seededRandom, withBitFlipped } from './random.fake.ts';

const KEY: SealingKey = { kid: 'k1', key: masterKey('k1') };
const PLACE: SealedPlace = {
  store: 'mcp-session',
  table: 'event',
  tenant: 'acme',
  subject: 'ada',
  object: 'object-1',
  row: '7',
  column: 'message',
};
const REFUSED = refusal('sealed_unreadable', 'A sealed value in event could not be opened.');
const findKey = (kid: string) => {
  if (kid !== KEY.kid) throw new Error('no such key');
  return KEY.key;
};
const openHere = (sealed: Uint8Array) => open(findKey, PLACE, sealed);

test('what was sealed opens at its place, whatever it is', () => {
  const random = seededRandom();
  for (let i = 0; i < 200; i++) {
    const plaintext = random.bytes(random.below(300));
    const place = { ...PLACE, row: random.text(5), subject: random.text(5) };
    expect(open(findKey, place, seal(KEY, place, plaintext))).toEqual(plaintext);
  }
});

test('JSON comes back as it went', () => {
  const value = { text: 'é€😀\ufeff', list: [1, null, true], nested: { a: {} } };
  expect(openJson(findKey, PLACE, sealJson(KEY, PLACE, value))).toEqual(value);
});

test('an envelope is what its layout says, by an AES-256-GCM other than the one that made it', async () => {
  const sealed = seal(KEY, PLACE, utf8('a secret'));
  expect([...sealed.subarray(0, 4)]).toEqual([1, 2, ...utf8('k1')]);
  const { store, table, tenant, subject, object, row, column } = PLACE;
  const additionalData = lengthPrefixed(store, table, tenant, subject, object, row, column, '1', 'k1');
  const key = await crypto.subtle.importKey('raw', new Uint8Array(KEY.key), 'AES-GCM', false, ['decrypt']);
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: sealed.subarray(4, 16), additionalData, tagLength: 128 },
    key,
    sealed.subarray(16),
  );
  expect(fromUtf8(new Uint8Array(plain))).toBe('a secret');
});

test('a nonce is never used twice, and equal values look different', () => {
  const nonces = Array.from({ length: 1000 }, () => String(seal(KEY, PLACE, utf8('same')).subarray(4, 16)));
  expect(new Set(nonces).size).toBe(1000);
});

test('a flip of any bit is refused', () => {
  const sealed = seal(KEY, PLACE, utf8('a value'));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    expect(() => openHere(withBitFlipped(sealed, bit)), `bit ${bit}`).toThrow(REFUSED);
  }
});

test('a value cut short or made longer is refused', () => {
  const sealed = seal(KEY, PLACE, utf8('a value'));
  for (let length = 0; length < sealed.length; length++) {
    expect(() => openHere(sealed.subarray(0, length)), `length ${length}`).toThrow(REFUSED);
  }
  expect(() => openHere(concat(sealed, Uint8Array.of(0)))).toThrow(REFUSED);
});

test('a byte order mark slipped in before the kid is refused', () => {
  const sealed = seal(KEY, PLACE, utf8('a value'));
  const head = Uint8Array.of(1, 5, 0xef, 0xbb, 0xbf);
  expect(() => openHere(concat(head, sealed.subarray(2)))).toThrow(REFUSED);
});

test.each(Object.keys(PLACE) as (keyof SealedPlace)[])('a value moved to another %s is refused', field => {
  const elsewhere = { ...PLACE, [field]: 'other' };
  const sealed = seal(KEY, PLACE, utf8('a value'));
  expect(() => open(findKey, elsewhere, sealed)).toThrow(refusal('sealed_unreadable', /could not be opened/));
});

test('fields of a place cannot lend each other characters', () => {
  const sealed = seal(KEY, { ...PLACE, tenant: 'ab', subject: 'c' }, utf8('a value'));
  expect(() => open(findKey, { ...PLACE, tenant: 'a', subject: 'bc' }, sealed)).toThrow(REFUSED);
});

test('a value whose kid was exchanged is refused, though both kids name the same key', () => {
  const sealed = seal(KEY, PLACE, utf8('a value'));
  sealed.set(utf8('k2'), 2);
  expect(() => open(() => KEY.key, PLACE, sealed)).toThrow(REFUSED);
});

test('the key that the kid names is tried and no other', () => {
  const asked: string[] = [];
  const sealed = seal({ kid: 'old', key: masterKey('old') }, PLACE, utf8('a value'));
  const find = (kid: string) => {
    asked.push(kid);
    return KEY.key;
  };
  expect(() => open(find, PLACE, sealed)).toThrow(REFUSED);
  expect(asked).toEqual(['old']);
});

test('an unknown key, a wrong key and noise fail with one and the same error', () => {
  const random = seededRandom();
  const sealed = seal({ kid: 'gone', key: masterKey('gone') }, PLACE, utf8('a value'));
  expect(() => openHere(sealed)).toThrow(REFUSED);
  expect(() => open(() => masterKey('k9'), PLACE, seal(KEY, PLACE, utf8('a value')))).toThrow(REFUSED);
  for (let i = 0; i < 200; i++) expect(() => openHere(random.bytes(random.below(80)))).toThrow(REFUSED);
});
