/** How often a path may be encoded before it is taken for an attempt to hide something. */
const MAX_ENCODINGS = 4;

/** Encoded control characters, and the bytes that begin an overlong "." or "/" (RFC 3629 section 10). */
const UNREADABLE = /%([01][0-9a-f]|7f|c[01]|e0%[89])/i;

/**
 * Whether a path is at or under a prefix, by whole segments: `/repos` holds `/repos` and `/repos/acme`, and not
 * `/repository`. Both as a parsed URL has them.
 */
export function isUnderPath(path: string, prefix: string): boolean {
  const folder = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return path === prefix || `${path}/` === folder || path.startsWith(folder);
}

/**
 * Whether a path could be read as another one by who decodes it once more than we do: one with a segment `.` or `..`
 * behind encoded slashes, backslashes or parameters, with characters that some readers drop or end at, or with bytes
 * that are no UTF-8 and that some read as ".." all the same. The URL parser has resolved segments that are not encoded.
 */
export function isAmbiguousPath(path: string): boolean {
  let decoded = path;
  for (let round = 0; round < MAX_ENCODINGS; round += 1) {
    if (UNREADABLE.test(decoded)) return true;
    const segments = decoded.split(/[/\\]/).map(segment => segment.split(';')[0] ?? '');
    if (segments.some(segment => segment === '.' || segment === '..')) return true;
    const next = decoded.replaceAll(/%(25|2e|2f|3b|5c)/gi, (_, pair) =>
      String.fromCharCode(Number.parseInt(pair, 16)),
    );
    if (next === decoded) return false;
    decoded = next;
  }
  return true;
}
