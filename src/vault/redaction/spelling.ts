import { utf8 } from '../../crypto/bytes.ts';

/** One way to write a character: at each place the byte that it is, in lower and in upper case where both are read. */
export interface Spelling {
  readonly bytes: Uint8Array;
  readonly upper: Uint8Array;
}

/** The short escapes that JSON (RFC 8259 section 7), HTML and forms have for single characters. */
const SHORT_ESCAPES: Readonly<Record<string, readonly string[]>> = {
  '"': ['\\"', '&quot;'],
  '\\': ['\\\\'],
  '/': ['\\/'],
  "'": ["\\'", '&apos;', '&#039;'],
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  ' ': ['+'],
  '\b': ['\\b'],
  '\f': ['\\f'],
  '\n': ['\\n'],
  '\r': ['\\r'],
  '\t': ['\\t'],
};

/** Bytes that are read as they are. */
export function exactly(bytes: Uint8Array): Spelling {
  return { bytes, upper: bytes };
}

/** ASCII text whose letters are read in either case. */
export function inAnyCase(text: string): Spelling {
  return { bytes: utf8(text.toLowerCase()), upper: utf8(text.toUpperCase()) };
}

const known = new Map<string, readonly Spelling[]>();

/**
 * Every way in which a character of text is written: as it is, percent-encoded (RFC 3986 section 2.1) once or
 * twice, escaped for JSON and for the languages that write `\x`, and as an HTML character reference.
 */
export function spellingsOf(character: string): readonly Spelling[] {
  const spellings = known.get(character) ?? [
    exactly(utf8(character)),
    ...escapesOf(character).map(inAnyCase),
    ...(SHORT_ESCAPES[character] ?? []).map(inAnyCase),
  ];
  // Only ASCII is kept: there are many characters, and secrets are made of few.
  if (character < '\u0080') known.set(character, spellings);
  return spellings;
}

function escapesOf(character: string): string[] {
  const bytes = [...utf8(character)].map(hexPair);
  const code = character.codePointAt(0) ?? 0;
  return [
    bytes.map(pair => `%${pair}`).join(''),
    bytes.map(pair => `%25${pair}`).join(''),
    bytes.map(pair => `\\x${pair}`).join(''),
    character
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
    `&#${code};`,
    `&#x${code.toString(16)};`,
  ];
}

/** The two hexadecimal digits of a byte. */
export function hexPair(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
