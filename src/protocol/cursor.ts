import { GatehouseError } from '../errors.ts';

const FORM = /^o(\d{1,9})$/;

/** One page of a list, and the cursor to the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

/**
 * Cuts a page out of a list whose order is deterministic. Cursors are opaque to clients (2025-11-25,
 * "Pagination"); the empty string is a cursor like any other, and one that we never made.
 * @throws GatehouseError `cursor_invalid`.
 */
export function page<Item>(all: readonly Item[], cursor: unknown, pageSize: number): Page<Item> {
  const start = cursor === undefined ? 0 : offsetOf(cursor);
  const end = start + pageSize;
  const items = all.slice(start, end);
  return end < all.length ? { items, nextCursor: toCursor(end) } : { items };
}

function toCursor(offset: number): string {
  return Buffer.from(`o${offset}`).toString('base64url');
}

function offsetOf(cursor: unknown): number {
  const text = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : '';
  const offset = FORM.exec(text)?.[1];
  if (offset === undefined || toCursor(Number(offset)) !== cursor) {
    throw new GatehouseError('cursor_invalid', 'Unknown cursor. Send one that a list answered, or none.');
  }
  return Number(offset);
}
