import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { RuleOf } from '../policy/rule.ts';

/** What a limit counts. */
export type Countable = RuleOf<'limit'>['count'];

/** One limit, as it is taken from at one counted subject. */
export interface Demand {
  /** The rule, by id, or the setting, by name, that says the limit. */
  readonly rule: string;
  readonly count: Countable;
  readonly max: number;
  /** Null where what is open now is counted: calls at a time, and streams. */
  readonly windowMs: number | null;
  /** How many calls or bytes; of what is open, 1. */
  readonly amount: number;
}

/** Counts up to this are kept one by one, each to its millisecond. */
const COUNTED_SINGLY = 100;

/** Into how many parts a window is divided where more is counted than that. */
const PARTS = 100;

/** The most that a crash may lose of a counter, as a part of its maximum and in all. */
const BLOCK_PART = 20;
const MAX_BLOCK = 100;

/** To how many milliseconds takes are told apart. What is taken together ends to count together, with its last. */
export function granularityMs({ count, max, windowMs }: Demand): number {
  const isSingly = count === 'calls' && max <= COUNTED_SINGLY;
  return isSingly ? 1 : Math.max(1, Math.ceil((windowMs ?? 0) / PARTS));
}

/**
 * How much is written down ahead of its use, so that what is taken next is not written down one by one. After a crash all of it counts as
 * used. See docs/decisions/0030-how-limits-count.md.
 */
export function blockOf({ count, max }: Pick<Demand, 'count' | 'max'>): number {
  const part = Math.ceil(max / BLOCK_PART);
  return Math.max(1, count === 'bytes' ? part : Math.min(part, MAX_BLOCK));
}

/** What a counter is stored by: a digest, since an operator chose the rule's id. With another window a rule counts anew. */
export function counterKey({ rule, count, windowMs }: Demand): string {
  return toBase64url(sha256(lengthPrefixed('counter', rule, count, String(windowMs))));
}
