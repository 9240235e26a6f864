/** Media types whose content is text although they are not `text/…`: by subtype, or by suffix (RFC 6839). */
const TEXT =
  /^(?:text\/.*|application\/(?:json|xml|javascript|ecmascript|yaml|x-yaml|toml|sql|graphql|x-sh|x-ndjson|ndjson|x-www-form-urlencoded|x-pem-file|.*\+(?:json|xml|yaml)))$/;

/**
 * The text that a blob holds.
 * @param mediaType what it is said to be; where nothing is said, or only that it is bytes, the bytes say whether they are text.
 * @returns null where it is none.
 */
export function decodedText(base64: string, mediaType: unknown): string | null {
  const type = typeof mediaType === 'string' ? (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase() : '';
  const isUnsaid = type === '' || type === 'application/octet-stream';
  if (!isUnsaid && !TEXT.test(type)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: isUnsaid, ignoreBOM: true }).decode(
      Buffer.from(base64, 'base64'),
    );
  } catch {
    return null;
  }
}

/** A text as a blob. */
export function encodedText(text: string): string {
  return Buffer.from(text).toString('base64');
}
