/** Characters as a reader counts them (code points, as JSON Schema does), not UTF-16 units. */
export function hasAtMostCharacters(text: string, limit: number): boolean {
  // The cheap bound first, so that a huge text is never spread into an array.
  return text.length <= 2 * limit && [...text].length <= limit;
}

/** The size of `text` in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Whether `text` fits on one line without doing anything to a terminal: no control character or line separator. */
export function isOneLine(text: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/** `text` as one line of at most `limit` characters: control characters become spaces, a cut is shown as "…". */
export function toOneLine(text: string, limit: number): string {
  // No character takes more than two units, and one more than the limit tells whether there was a cut.
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 2 * limit + 2);
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/** `text` as searching sees it: case and compatibility forms (full width, ligatures) make no difference. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The words of `text`, as whitespace parts them. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '');
}
