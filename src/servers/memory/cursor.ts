/**
 * Opaque pagination cursors, bound to the list they continue.
 *
 * A cursor is a position and a digest of list and position. The digest finds a cursor that was cut, altered, or
 * taken from another list or filter. It is no secret: a caller who computes one reaches only their own notes,
 * which the list shows them anyway.
 */

/** A cursor that continues `list` (any name, with its filter in it) at `position`. */
export async function toCursor(list: string, position: string): Promise<string> {
  return `${toBase64Url(encode(position))}.${toBase64Url(await digest(list, position))}`;
}

/** The position that `cursor` stands for, or null when this list did not make it. */
export async function fromCursor(list: string, cursor: string): Promise<string | null> {
  const position = decodePosition(cursor);
  return position !== null && (await toCursor(list, position)) === cursor ? position : null;
}

function decodePosition(cursor: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      fromBase64Url(cursor.split('.', 1)[0] ?? ''),
    );
  } catch {
    return null;
  }
}

async function digest(list: string, position: string): Promise<Uint8Array> {
  const hash = await crypto.subtle.digest('SHA-256', encode(JSON.stringify([list, position])));
  return new Uint8Array(hash, 0, 12);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0));
}
