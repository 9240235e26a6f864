import { blockOf, type Demand, granularityMs } from '../../src/quotas/demand.ts';
import type { Lease } from '../../src/quotas/quota.ts';
import { type Taken, UsageWindow } from '../../src/quotas/usage-window.ts';
import type { Counter, CounterState } from './counter.ts';

/** Counts calls or bytes within a sliding window. */
export class WindowCounter implements Counter {
  readonly #window: UsageWindow;
  #ahead = 0;
  #isUnstored = false;

  /** @param stored as of an earlier life: what that had taken ahead may have been used until now. */
  constructor(stored: CounterState | null, demand: Demand, nowMs: number) {
    this.#window = new UsageWindow((stored?.entries ?? []) as readonly Taken[]);
    if (!stored || stored.ahead === 0) return;
    this.#window.add(stored.ahead, granularityMs(demand), nowMs);
    this.#isUnstored = true;
  }

  roomAt({ amount, count, max, windowMs }: Demand, _lease: Lease, nowMs: number): number | 'never' | null {
    // A later round is no other call; of bytes there is always one more at least.
    const needed = count === 'bytes' ? Math.max(1, amount) : amount;
    const used = this.#window.used(windowMs ?? 0, nowMs);
    if (needed === 0 || used + needed <= max) return null;
    return this.#window.freeAtMs(needed, max, windowMs ?? 0) ?? 'never';
  }

  count(demand: Demand, _lease: Lease, nowMs: number): boolean {
    const { amount, max, windowMs } = demand;
    if (amount === 0) return false;
    this.#window.add(amount, granularityMs(demand), nowMs);
    this.#isUnstored = true;
    if (amount <= this.#ahead) {
      this.#ahead -= amount;
      return false;
    }
    const left = Math.max(0, max - this.#window.used(windowMs ?? 0, nowMs));
    this.#ahead = Math.min(blockOf(demand) - 1, left);
    return true;
  }

  giveBack({ amount }: Demand, _leaseId: string, atMs: number): void {
    this.#window.remove(amount, atMs);
    this.#isUnstored = true;
  }

  end(): void {}

  used({ windowMs }: Pick<Demand, 'windowMs'>, nowMs: number): number {
    return this.#window.used(windowMs ?? 0, nowMs);
  }

  settle(): boolean {
    const isChanged = this.#isUnstored || this.#ahead > 0;
    this.#ahead = 0;
    return isChanged;
  }

  get state(): CounterState {
    this.#isUnstored = false;
    return { entries: this.#window.taken, ahead: this.#ahead };
  }

  endsAtMs({ windowMs }: Pick<Demand, 'windowMs'>): number {
    return Math.max(this.#window.lastMs, Date.now()) + (windowMs ?? 0);
  }
}
