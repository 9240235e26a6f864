/** A text that may have been cut, and whether it was. */
export interface CutText {
  readonly text: string;
  readonly isCut: boolean;
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

/** The beginning of `text`, at most `limit` UTF-16 units of it, and never half a character. */
export function cut(text: string, limit: number): CutText {
  if (text.length <= limit) return { text, isCut: false };
  return { text: text.slice(0, limit).replace(/[\ud800-\udbff]$/, ''), isCut: true };
}
