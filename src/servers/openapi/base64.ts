/** How many bytes are handed to `String.fromCharCode` at once: each is an argument. */
const BLOCK_BYTES = 8192;

/** The bytes of a Base64 text (RFC 4648 section 4, or 5), null where it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, character => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Bytes as Base64 (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BLOCK_BYTES));
  }
  return btoa(binary);
}
