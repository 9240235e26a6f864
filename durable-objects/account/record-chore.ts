import type { StoredRecord } from './credential-copies.ts';

/**
 * How long after a write a record is still handed out from here. KV serves an old "nothing" for a minute at most; this is
 * ten times that.
 */
export const SETTLE_MS = 600_000;

/** After how long something is tried again that could not be done. */
export const RETRY_MS = 30_000;

/** What is to be done about a record: write it, see whether it has arrived, delete it, or nothing. */
export type RecordChore = 'put' | 'verify' | 'delete' | 'none';

/** Decides what is to be done about a record. */
export function choreOf({ isCurrent, copy, publishedAtMs }: StoredRecord, nowMs: number): RecordChore {
  if (!isCurrent) return 'delete';
  if (copy === null) return 'none';
  if (publishedAtMs === null) return 'put';
  return publishedAtMs + SETTLE_MS <= nowMs ? 'verify' : 'none';
}

/** When something is to be done next, after all that is due was tried; Unix time in milliseconds, null for never. */
export function nextChoreAtMs(records: readonly StoredRecord[], nowMs: number): number | null {
  const times = records.flatMap(record => {
    if (choreOf(record, nowMs) !== 'none') return [nowMs + RETRY_MS];
    return record.copy !== null && record.publishedAtMs !== null ? [record.publishedAtMs + SETTLE_MS] : [];
  });
  return times.length === 0 ? null : Math.min(...times);
}
