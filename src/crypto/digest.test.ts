import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { constantTimeEqual, sha256 } from './digest.ts';

/** NIST, "Examples with intermediate values", SHA-256. */
test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
])('SHA-256 of "%s" is the published one', (text, digest) => {
  expect(Buffer.from(sha256(utf8(text))).toString('hex')).toBe(digest);
});

test.each([
  ['equal bytes', [1, 2, 3], [1, 2, 3], true],
  ['nothing and nothing', [], [], true],
  ['a difference in the first byte', [1, 2, 3], [0, 2, 3], false],
  ['a difference in the last byte', [1, 2, 3], [1, 2, 4], false],
  ['a prefix', [1, 2, 3], [1, 2], false],
  ['nothing and something', [], [0], false],
])('the comparison tells %s', (_what, a, b, equal) => {
  expect(constantTimeEqual(Uint8Array.from(a), Uint8Array.from(b))).toBe(equal);
});
