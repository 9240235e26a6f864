import { expect, test } from 'vitest';
import { keyRingOf } from '../crypto/key-ring.fake.ts';
import { seededRandom } from '../crypto/random.fake.ts';
import { refusal } from '../errors.fake.ts';
import { ADA, ALMOST_ADA } from '../principal.fake.ts';
import { mintSessionId, verifySessionId } from './session-id.ts';

const RING = keyRingOf('k1');
const UNKNOWN = refusal(
  'session_unknown',
  'No such session. It has ended, or it belongs to another sign-in. Send "initialize" to begin a new one.',
);
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

test('an id is visible ASCII: version, kid, 32 random bytes, 128-bit MAC', () => {
  const { value, kid } = mintSessionId(RING, ADA);
  expect(value).toMatch(/^v1\.k1\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{22}$/);
  expect(kid).toBe('k1');
});

test('no two ids are the same', () => {
  const ids = Array.from({ length: 1000 }, () => mintSessionId(RING, ADA).value);
  expect(new Set(ids).size).toBe(1000);
});

test('an id is good for the principal it was made for', () => {
  const id = mintSessionId(RING, ADA);
  expect(verifySessionId(RING, ADA, id.value)).toEqual(id);
});

test('scopes and roles may change while a session is open', () => {
  const { value } = mintSessionId(RING, ADA);
  const promoted = { ...ADA, roles: ['operator' as const], scopes: [] };
  expect(verifySessionId(RING, promoted, value).value).toBe(value);
});

test.each(ALMOST_ADA)('an id leads nowhere for a principal of another %s', (_field, other) => {
  const { value } = mintSessionId(RING, ADA);
  expect(() => verifySessionId(RING, other, value)).toThrow(UNKNOWN);
});

test('fields of a principal cannot lend each other characters', () => {
  const { value } = mintSessionId(RING, { ...ADA, tenant: 'acme', subject: 'ada' });
  expect(() => verifySessionId(RING, { ...ADA, tenant: 'acm', subject: 'eada' }, value)).toThrow(UNKNOWN);
});

test('an id is refused after any change of one character', () => {
  const { value } = mintSessionId(RING, ADA);
  for (let at = 0; at < value.length; at++) {
    for (const char of `${BASE64URL}.=+/ \té`) {
      if (char === value[at]) continue;
      const forged = value.slice(0, at) + char + value.slice(at + 1);
      expect(() => verifySessionId(RING, ADA, forged), JSON.stringify(forged)).toThrow(UNKNOWN);
    }
  }
});

test('an id is refused with anything added or cut off', () => {
  const { value } = mintSessionId(RING, ADA);
  for (let length = 0; length < value.length; length++) {
    expect(() => verifySessionId(RING, ADA, value.slice(0, length))).toThrow(UNKNOWN);
  }
  for (const extra of ['.', '.x', '=', '==', ' ', '\n', 'A', '\u0000', 'é', '😀']) {
    expect(() => verifySessionId(RING, ADA, value + extra), JSON.stringify(extra)).toThrow(UNKNOWN);
    expect(() => verifySessionId(RING, ADA, extra + value), JSON.stringify(extra)).toThrow(UNKNOWN);
  }
});

test.each(['', '.', '...', 'v1', 'v1.k1', 'v1.k1..', 'v2.k1.a.b', 'null', 'v1.__proto__.a.b', 'é😀'])(
  'the text "%s" is no id',
  text => {
    expect(() => verifySessionId(RING, ADA, text)).toThrow(UNKNOWN);
  },
);

test('10,000 forged ids are refused', () => {
  const random = seededRandom();
  const some = (length: number) => Array.from({ length }, () => BASE64URL[random.below(64)]).join('');
  for (let i = 0; i < 10_000; i++) {
    const forged = `v1.k1.${some(43)}.${some(22)}`;
    expect(() => verifySessionId(RING, ADA, forged)).toThrow(UNKNOWN);
  }
});

test('an id made under an older key is good as long as that key is in the ring', () => {
  const old = mintSessionId(keyRingOf('k1'), ADA);
  expect(verifySessionId(keyRingOf('k1', 'k2'), ADA, old.value)).toEqual(old);
  expect(() => verifySessionId(keyRingOf('k2'), ADA, old.value)).toThrow(UNKNOWN);
});

test('an id of one key does not pass as one of another', () => {
  const { value } = mintSessionId(keyRingOf('k1'), ADA);
  expect(() => verifySessionId(keyRingOf('k1', 'k2'), ADA, value.replace('.k1.', '.k2.'))).toThrow(UNKNOWN);
});
