/** A part of a text, and where it is in the whole. */
export interface FilePiece {
  readonly text: string;
  /** In characters (UTF-16 units), from 0. */
  readonly offset: number;
  /** Where the next part begins; absent for the last. */
  readonly nextOffset?: number;
  /** The number of the line that it begins in, from 1. */
  readonly startLine: number;
  readonly totalCharacters: number;
}

/**
 * The part of `text` that begins at `offset` and has at most `limit` characters. It ends after a line where one ends in it, and
 * never within a character. Null where `offset` is beyond the end.
 */
export function pieceOf(text: string, offset: number, limit: number): FilePiece | null {
  if (offset > 0 && offset >= text.length) return null;
  const end = endOf(text, offset, limit);
  return {
    text: text.slice(offset, end),
    offset,
    ...(end < text.length && { nextOffset: end }),
    startLine: text.slice(0, offset).split('\n').length,
    totalCharacters: text.length,
  };
}

function endOf(text: string, offset: number, limit: number): number {
  if (text.length <= offset + limit) return text.length;
  const lineEnd = text.lastIndexOf('\n', offset + limit - 1) + 1;
  if (lineEnd > offset) return lineEnd;
  const end = offset + limit;
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) && limit > 1 ? end - 1 : end;
}
