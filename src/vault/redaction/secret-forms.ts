import { concat, utf8 } from '../../crypto/bytes.ts';
import { exactly, hexPair, inAnyCase, type Spelling, spellingsOf } from './spelling.ts';

/** A form of a secret: what it is made of, one after the other, each in any of its spellings. */
export type SecretForm = readonly (readonly Spelling[])[];

/** The fewest bytes of a secret: anything shorter cannot be told from ordinary text. */
export const MIN_SECRET_BYTES = 8;

/** Where encoders of base64 break lines (RFC 2045 section 6.8), as they are and as JSON has them. */
const LINE_BREAKS: readonly string[] = ['\n', '\r\n', '\\n', '\\r\\n'];

/** The characters that the two alphabets of base64 do not share (RFC 4648 sections 4 and 5). */
const OTHER_ALPHABET: Readonly<Record<string, string>> = { '+': '-', '/': '_', '-': '+', _: '/' };

const HEX_SEPARATORS: readonly string[] = [' ', ':', '-'];

/** What was made once, by character or byte. Nothing stands before the first of a form: it would not be of the secret. */
const BASE64 = new Map<string, readonly Spelling[]>();
const FIRST_BASE64 = new Map<string, readonly Spelling[]>();
const HEX = new Map<number, readonly Spelling[]>();
const FIRST_HEX = new Map<number, readonly Spelling[]>();

/**
 * The forms in which a secret is looked for: as text with any character escaped (see {@link spellingsOf}), base64 at
 * each of the three places where it can begin in what was encoded, in either alphabet, itself escaped or with
 * line breaks, hexadecimal, and UTF-16 of both byte orders. The characters of base64 that the secret shares with its neighbours are
 * not looked for.
 */
export function formsOf(secret: string): readonly SecretForm[] {
  const bytes = utf8(secret);
  return [
    [...secret].map(spellingsOf),
    ...[0, 1, 2].map(offset => base64Form(bytes, offset)),
    [...bytes].map(hexSpellings),
    utf16Form(secret, (low, high) => [low, high]),
    utf16Form(secret, (low, high) => [high, low]),
  ];
}

/** @param offset how many bytes of the last group of three come before the secret. */
function base64Form(secret: Uint8Array, offset: number): SecretForm {
  const encoded = Buffer.from(concat(new Uint8Array(offset), secret)).toString('base64url');
  const shared = { first: [0, 2, 3][offset] ?? 0, last: (offset + secret.length) % 3 === 0 ? 0 : 1 };
  return [...encoded.slice(shared.first, encoded.length - shared.last)].map(base64Spellings);
}

function base64Spellings(character: string, index: number): readonly Spelling[] {
  const kept = index === 0 ? FIRST_BASE64 : BASE64;
  const spellings = kept.get(character) ?? writtenBase64(character, index === 0 ? [] : LINE_BREAKS);
  kept.set(character, spellings);
  return spellings;
}

function writtenBase64(character: string, breaks: readonly string[]): Spelling[] {
  const characters = [character, OTHER_ALPHABET[character] ?? []].flat();
  return [
    ...characters.flatMap(spellingsOf),
    ...characters.flatMap(letter => breaks.map(lineBreak => exactly(utf8(lineBreak + letter)))),
  ];
}

function hexSpellings(byte: number, index: number): readonly Spelling[] {
  const kept = index === 0 ? FIRST_HEX : HEX;
  const separators = index === 0 ? [''] : ['', ...HEX_SEPARATORS];
  const spellings = kept.get(byte) ?? separators.map(separator => inAnyCase(separator + hexPair(byte)));
  kept.set(byte, spellings);
  return spellings;
}

function utf16Form(secret: string, order: (low: number, high: number) => readonly number[]): SecretForm {
  return secret.split('').map(unit => {
    const code = unit.charCodeAt(0);
    return [exactly(Uint8Array.from(order(code & 0xff, code >> 8)))];
  });
}
