import { randomUUID } from 'node:crypto';
import type { Called, Caller } from '../policy/facts.ts';
import type { RuleOf } from '../policy/rule.ts';
import type { Demand } from './demand.ts';
import { Holding, type NoRoom, type Share } from './holding.ts';
import type { CountedSubject, Quota } from './quota.ts';
import { NARROWEST_FIRST, subjectOf } from './subject.ts';

/** How much longer than a call may take its place is held where nobody gives it back, as after a crash. In milliseconds. */
const GRACE_MS = 30_000;

type Limit = RuleOf<'limit'>;

/** A round of a call, as limits count it. */
export interface CountedCall {
  readonly caller: Caller;
  readonly called: Called;
  /** Of what is sent. */
  readonly bytes: number;
  /** See `Taker`. */
  readonly round: string | null;
}

/** What the calls of one caller take from limits. */
export class CallQuotas {
  readonly #quotaOf: (subject: CountedSubject) => Quota;
  readonly #leaseMs: number;

  constructor(quotaOf: (subject: CountedSubject) => Quota, callTimeoutMs: number) {
    this.#quotaOf = quotaOf;
    this.#leaseMs = callTimeoutMs + GRACE_MS;
  }

  /** Takes from all limits, or from none. @throws where one cannot be reached: then the call must not be made. */
  take(limits: readonly Limit[], { caller, called, bytes, round }: CountedCall): Promise<Holding | NoRoom> {
    const shares = NARROWEST_FIRST.flatMap((per): Share[] => {
      const demands = limits.filter(limit => limit.per === per).map(limit => demandOf(limit, bytes));
      if (demands.length === 0) return [];
      return [{ quota: this.#quotaOf(subjectOf(per, caller, called)), demands }];
    });
    const lease = { id: randomUUID(), ttlMs: this.#leaseMs };
    return Holding.take({ shares, taker: { lease, round } });
  }
}

/** What one call takes from a limit. */
export function demandOf({ id, count, max, windowSeconds }: Limit, bytes = 0): Demand {
  const isOverTime = count === 'calls' || count === 'bytes';
  const windowMs = isOverTime ? (windowSeconds ?? 1) * 1000 : null;
  return { rule: id, count, max, windowMs, amount: count === 'bytes' ? bytes : 1 };
}
