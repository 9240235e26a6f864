import { base64url } from 'jose';

const encoder = new TextEncoder();
// `ignoreBOM` keeps a leading byte order mark, so that no two byte strings read as the same text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encodes text as UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>;
}

/** Decodes UTF-8. Throws `TypeError` on bytes that are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Base64url without padding (RFC 4648 section 5). */
export function toBase64url(bytes: Uint8Array): string {
  return base64url.encode(bytes);
}

/** Base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/**
 * The reverse of {@link toBase64url}. Throws `TypeError` on other characters, but takes several spellings of the
 * same bytes: compare what is encoded, not what is decoded, where one must be unique.
 */
export function fromBase64url(text: string): Uint8Array {
  return base64url.decode(text);
}

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Encodes fields so that no two different lists give the same bytes: each field is preceded by its
 * length in bytes (32 bits, big endian). Without it `("ab","c")` and `("a","bc")` would be one message
 * to a MAC. Lone surrogates are no text, and all of them read alike.
 */
export function lengthPrefixed(...fields: readonly string[]): Uint8Array<ArrayBuffer> {
  return concat(
    ...fields.flatMap(field => {
      const bytes = utf8(field);
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, bytes.length);
      return [length, bytes];
    }),
  );
}
