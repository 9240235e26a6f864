import { blockOf, type Demand } from '../../src/quotas/demand.ts';
import type { Lease } from '../../src/quotas/quota.ts';
import type { Counter, CounterState } from './counter.ts';

/** When to try again that something open may have ended, in milliseconds: nobody knows when it does. */
const TRY_AGAIN_MS = 1000;

/** Counts what is open: calls at a time, or streams. What nobody ends lapses when its time is over. */
export class LeaseCounter implements Counter {
  readonly #untilMs: Map<string, number>;
  #ahead = 0;
  #ttlMs: number;
  #isUnstored = false;

  /** @param stored as of an earlier life: so many as that had taken ahead may have been begun just now. */
  constructor(stored: CounterState | null, nowMs: number) {
    const { entries = [], ahead = 0, ttlMs = 0 } = stored ?? {};
    this.#untilMs = new Map(entries as readonly (readonly [string, number])[]);
    this.#ttlMs = ttlMs;
    for (let nth = 0; nth < ahead; nth++) this.#untilMs.set(`${nowMs}-${nth}`, nowMs + ttlMs);
    this.#isUnstored = ahead > 0;
  }

  roomAt({ max }: Demand, { id }: Lease, nowMs: number): number | 'never' | null {
    if (this.#open(nowMs) < max || this.#untilMs.has(id)) return null;
    return max === 0 ? 'never' : nowMs + TRY_AGAIN_MS;
  }

  count(demand: Demand, { id, ttlMs }: Lease, nowMs: number): boolean {
    this.#ttlMs = ttlMs;
    const isKnown = this.#untilMs.has(id);
    this.#untilMs.set(id, nowMs + ttlMs);
    this.#isUnstored = true;
    if (isKnown) return false;
    if (this.#ahead > 0) {
      this.#ahead--;
      return false;
    }
    const left = Math.max(0, demand.max - this.#open(nowMs));
    this.#ahead = Math.min(blockOf(demand) - 1, left);
    return true;
  }

  giveBack(_demand: Demand, leaseId: string): void {
    this.end(leaseId);
  }

  end(leaseId: string): void {
    if (this.#untilMs.delete(leaseId)) this.#isUnstored = true;
  }

  used(_demand: Pick<Demand, 'windowMs'>, nowMs: number): number {
    return this.#open(nowMs);
  }

  settle(): boolean {
    const isChanged = this.#isUnstored || this.#ahead > 0;
    this.#ahead = 0;
    return isChanged;
  }

  get state(): CounterState {
    this.#isUnstored = false;
    return { entries: [...this.#untilMs], ahead: this.#ahead, ttlMs: this.#ttlMs };
  }

  endsAtMs(): number {
    return Math.max(Date.now(), ...this.#untilMs.values());
  }

  #open(nowMs: number): number {
    for (const [id, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(id);
    return this.#untilMs.size;
  }
}
