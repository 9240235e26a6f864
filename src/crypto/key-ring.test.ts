import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { concat, utf8 } from './bytes.ts';
import { keyRingOf, keyRingText, masterKey } from './key-ring.fake.ts';
import { hmac, type KeyPurpose, parseKeyRing, subkey } from './key-ring.ts';

const PURPOSES: readonly KeyPurpose[] = [
  'session-id',
  'internal-bearer',
  'object-name',
  'hop-assertion',
  'session-key-wrap',
  'user-key-wrap',
  'tenant-data',
  'request-state',
  'sign-in',
  'form-token',
];
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const fromHex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

/** RFC 5869 written out with two HMACs, for at most two blocks of output. */
function hkdf(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const mac = (key: Uint8Array, message: Uint8Array) => createHmac('sha256', key).update(message).digest();
  const prk = mac(salt.length === 0 ? new Uint8Array(32) : salt, ikm);
  const first = mac(prk, concat(info, Uint8Array.of(1)));
  return concat(first, mac(prk, concat(first, info, Uint8Array.of(2)))).subarray(0, length);
}

test('the HKDF that these tests compare with gives the vector of RFC 5869, A.1', () => {
  const okm = hkdf(
    fromHex('0b'.repeat(22)),
    fromHex('000102030405060708090a0b0c'),
    fromHex('f0f1f2f3f4f5f6f7f8f9'),
    42,
  );
  expect(hex(okm)).toBe(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  );
});

/** RFC 4231, test cases 1, 2 and 6. */
test.each([
  [
    '0b'.repeat(20),
    hex(utf8('Hi There')),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    hex(utf8('Jefe')),
    hex(utf8('what do ya want for nothing?')),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'aa'.repeat(131),
    hex(utf8('Test Using Larger Than Block-Size Key - Hash Key First')),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
])('HMAC-SHA-256 under the key %s is the vector of RFC 4231', (key, message, mac) => {
  expect(hex(hmac(fromHex(key), fromHex(message)))).toBe(mac);
});

test.each(PURPOSES)('the key for %s is HKDF-SHA-256 of the master key', purpose => {
  const info = utf8(`gatehouse/${purpose}`);
  const ring = keyRingOf('k1');
  expect(ring.derive('k1', purpose)).toEqual(hkdf(masterKey('k1'), new Uint8Array(), info, 32));
  const context = utf8('context');
  expect(ring.derive('k1', purpose, context)).toEqual(hkdf(masterKey('k1'), context, info, 32));
});

test('no two purposes, contexts or master keys share a key', () => {
  const ring = keyRingOf('k1', 'k2');
  const keys = ['k1', 'k2'].flatMap(kid =>
    PURPOSES.flatMap(purpose => ['', 'a', 'b'].map(context => hex(ring.derive(kid, purpose, utf8(context))))),
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test.each(['state-entry', 'state-key-tag'])('the subkey for %s is HKDF-SHA-256 of the random key', use => {
  const expected = hkdf(masterKey('k1'), new Uint8Array(), utf8(`gatehouse/${use}`), 32);
  expect(subkey(masterKey('k1'), use)).toEqual(new Uint8Array(expected));
});

test('a derived key is the same each time, whatever was derived in between', () => {
  const ring = keyRingOf('k1', 'k2');
  const first = hex(ring.derive('k1', 'sign-in'));
  ring.derive('k2', 'sign-in');
  ring.derive('k1', 'sign-in', utf8('context'));
  expect(hex(ring.derive('k1', 'sign-in'))).toBe(first);
});

test('a ring knows its kids and which one is current', () => {
  const ring = keyRingOf('k1', 'k2');
  expect(ring.current).toBe('k2');
  expect([...ring.kids]).toEqual(['k1', 'k2']);
});

test.each(['k3', '', '__proto__', 'constructor'])('a key under the unknown kid "%s" is refused', kid => {
  expect(() => keyRingOf('k1').derive(kid, 'sign-in')).toThrow(
    refusal('key_unknown', 'The key that sealed this is not in the key ring.'),
  );
});

const KEY = Buffer.from(masterKey('k1')).toString('base64url');
const SHAPE = 'it must be {"current": "<kid>", "keys": {"<kid>": "<base64url>"}}';
test.each([
  ['not JSON', `{"current": ${KEY}`, 'it is not JSON'],
  ['no object', '[]', SHAPE],
  ['no current key', JSON.stringify({ keys: { k1: KEY } }), SHAPE],
  ['an unknown member', JSON.stringify({ current: 'k1', keys: { k1: KEY }, old: KEY }), SHAPE],
  ['a kid with a dot', JSON.stringify({ current: 'k.1', keys: { 'k.1': KEY } }), SHAPE],
  [
    'a current kid without a key',
    JSON.stringify({ current: 'k2', keys: { k1: KEY } }),
    '"current" names "k2", which is not under "keys"',
  ],
  [
    'a key that is not base64url',
    JSON.stringify({ current: 'k1', keys: { k1: `${KEY}*` } }),
    'the key "k1" is not base64url',
  ],
  [
    'a key that is too short',
    JSON.stringify({ current: 'k1', keys: { k1: KEY.slice(4) } }),
    'the key "k1" must be 32 bytes long',
  ],
])('a key ring with %s is refused, and no key is told', (_what, text, reason) => {
  expect(() => parseKeyRing(text)).toThrow(
    refusal('key_ring_unreadable', `KEY_RING cannot be read: ${reason}.`),
  );
  expect(reason).not.toContain(KEY.slice(0, 8));
});

test('a key ring is read from its JSON form', () => {
  expect(parseKeyRing(keyRingText('k1')).current).toBe('k1');
});
