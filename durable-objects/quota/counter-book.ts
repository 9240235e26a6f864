import { counterKey, type Demand } from '../../src/quotas/demand.ts';
import type { Lease, Taker, Taking, Usage } from '../../src/quotas/quota.ts';
import type { Counter } from './counter.ts';
import { CounterRows } from './counter-rows.ts';
import { LeaseCounter } from './lease-counter.ts';
import { WindowCounter } from './window-counter.ts';

/** How much longer than it counts it is kept: what was counted last may not be stored yet. In milliseconds. */
const KEPT_LONGER_MS = 60_000;

/** How many later rounds are remembered. */
const MAX_ROUNDS = 10_000;

/** A counter in memory. */
interface Kept {
  readonly counter: Counter;
  readonly demand: Demand;
}

/** All counters of one subject. Everything here is done in one turn, so no two callers see the same last place free. */
export class CounterBook {
  readonly #rows: CounterRows;
  readonly #kept = new Map<string, Kept>();
  /** Later rounds that were heard of, the oldest first. One that is forgotten is at most good once more. */
  readonly #rounds = new Set<string>();

  constructor(sql: SqlStorage) {
    this.#rows = new CounterRows(sql);
  }

  take(demands: readonly Demand[], { lease, round }: Taker, nowMs: number): Taking {
    const isLater = round !== null && !this.#rounds.has(round);
    const wanted = demands.map(each => (isLater && each.count === 'calls' ? { ...each, amount: 0 } : each));
    for (const demand of wanted) {
      const room = this.#counter(demand, nowMs).roomAt(demand, lease, nowMs);
      if (room === null) continue;
      const retryAfterSeconds = room === 'never' ? null : Math.max(1, Math.ceil((room - nowMs) / 1000));
      return { isTaken: false, rule: demand.rule, retryAfterSeconds };
    }
    if (isLater) this.#remember(round);
    for (const demand of wanted) this.#count(demand, lease, nowMs);
    return { isTaken: true, atMs: nowMs, demands: wanted };
  }

  giveBack(demands: readonly Demand[], { lease, round }: Taker, atMs: number, nowMs: number): void {
    if (round !== null) this.#rounds.delete(round);
    for (const demand of demands) this.#counter(demand, nowMs).giveBack(demand, lease.id, atMs);
  }

  end(demands: readonly Demand[], { lease }: Taker, more: readonly Demand[], nowMs: number): void {
    for (const demand of demands) this.#counter(demand, nowMs).end(lease.id);
    for (const demand of more) this.#count(demand, lease, nowMs);
  }

  /** Counts what is open, whether or not it was still known. */
  renew(demands: readonly Demand[], { lease }: Taker, nowMs: number): void {
    for (const demand of demands) this.#count(demand, lease, nowMs);
  }

  usage(demands: readonly Demand[], nowMs: number): Usage[] {
    return demands.map(demand => ({
      rule: demand.rule,
      used: this.#counter(demand, nowMs).used(demand, nowMs),
    }));
  }

  reset(demands: readonly Demand[]): void {
    for (const key of demands.map(counterKey)) {
      this.#kept.delete(key);
      this.#rows.delete(key);
    }
  }

  /** Stores what is, with nothing taken ahead. */
  settle(): void {
    for (const [key, { counter, demand }] of this.#kept)
      if (counter.settle()) this.#store(key, counter, demand);
  }

  /** Forgets what is over. @returns when the last of the rest is, Unix time in milliseconds; null where nothing is left. */
  forget(nowMs: number): number | null {
    this.settle();
    for (const [key, { counter, demand }] of this.#kept)
      if (counter.used(demand, nowMs) === 0) this.#kept.delete(key);
    return this.#rows.forget(nowMs);
  }

  #count(demand: Demand, lease: Lease, nowMs: number): void {
    const counter = this.#counter(demand, nowMs);
    if (counter.count(demand, lease, nowMs)) this.#store(counterKey(demand), counter, demand);
  }

  #counter(demand: Demand, nowMs: number): Counter {
    const key = counterKey(demand);
    const known = this.#kept.get(key)?.counter;
    if (known) return known;
    const stored = this.#rows.read(key);
    const counter =
      demand.windowMs === null ? new LeaseCounter(stored, nowMs) : new WindowCounter(stored, demand, nowMs);
    this.#kept.set(key, { counter, demand });
    return counter;
  }

  #store(key: string, counter: Counter, demand: Demand): void {
    this.#rows.write(key, counter.state, counter.endsAtMs(demand) + KEPT_LONGER_MS);
  }

  #remember(round: string): void {
    this.#rounds.add(round);
    const [oldest] = this.#rounds;
    if (this.#rounds.size > MAX_ROUNDS && oldest !== undefined) this.#rounds.delete(oldest);
  }
}
