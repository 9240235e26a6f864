import { expect, test } from 'vitest';
import { concat, fromBase64url, fromUtf8, lengthPrefixed, toBase64url, utf8 } from './bytes.ts';
import { seededRandom } from './random.fake.ts';

/** RFC 4648, section 10, without the padding. */
const RFC_4648 = [
  ['', ''],
  ['f', 'Zg'],
  ['fo', 'Zm8'],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg'],
  ['fooba', 'Zm9vYmE'],
  ['foobar', 'Zm9vYmFy'],
] as const;

test.each(RFC_4648)('base64url of "%s" is the vector of RFC 4648', (text, encoded) => {
  expect(toBase64url(utf8(text))).toBe(encoded);
  expect(fromUtf8(fromBase64url(encoded))).toBe(text);
});

test('base64url uses the alphabet that is safe in URLs and file names', () => {
  expect(toBase64url(Uint8Array.of(0xfb, 0xef, 0xff))).toBe('--__');
});

test('base64url comes back as it went for any bytes', () => {
  const random = seededRandom();
  for (let i = 0; i < 200; i++) {
    const bytes = random.bytes(random.below(70));
    const text = toBase64url(bytes);
    expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
    expect(fromBase64url(text)).toEqual(bytes);
  }
});

test.each(['a*b', 'Zg.', 'é', '😀', 'Z'])('base64url refuses "%s"', text => {
  expect(() => fromBase64url(text)).toThrow(TypeError);
});

test('any well-formed text survives UTF-8, a leading byte order mark included', () => {
  const random = seededRandom();
  expect(fromUtf8(utf8('\ufeffa'))).toBe('\ufeffa');
  for (let i = 0; i < 200; i++) {
    const text = random.text(20);
    expect(fromUtf8(utf8(text))).toBe(text);
  }
});

test.each([
  ['a lone continuation byte', [0x80]],
  ['an overlong form', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['a cut-off character', [0xe2, 0x82]],
])('UTF-8 refuses %s', (_what, bytes) => {
  expect(() => fromUtf8(Uint8Array.from(bytes))).toThrow(TypeError);
});

test('byte strings are joined in order', () => {
  expect(concat(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
});

test('a field is preceded by its length in bytes, not in characters', () => {
  expect(lengthPrefixed('é', '')).toEqual(Uint8Array.of(0, 0, 0, 2, 0xc3, 0xa9, 0, 0, 0, 0));
});

test('moving a character from one field to the next gives other bytes', () => {
  expect(lengthPrefixed('ab', 'c')).not.toEqual(lengthPrefixed('a', 'bc'));
  expect(lengthPrefixed('a', '')).not.toEqual(lengthPrefixed('a'));
});

test('no two lists of fields give the same bytes', () => {
  const random = seededRandom();
  const seen = new Map<string, string>();
  for (let i = 0; i < 5000; i++) {
    const fields = Array.from({ length: random.below(4) }, () => random.text(3));
    const bytes = toBase64url(lengthPrefixed(...fields));
    const list = JSON.stringify(fields);
    expect(seen.get(bytes) ?? list).toBe(list);
    seen.set(bytes, list);
  }
});
