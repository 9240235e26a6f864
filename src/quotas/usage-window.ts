/** So much was taken, up to then (Unix time in milliseconds). */
export type Taken = readonly [untilMs: number, amount: number];

/**
 * What was taken within a sliding window. Never is less counted than was taken in any window of its length: what is taken within one
 * granule counts until the window after the granule's end is over.
 */
export class UsageWindow {
  readonly #taken: [untilMs: number, amount: number][];
  #total: number;

  constructor(taken: readonly Taken[] = []) {
    this.#taken = taken.map(([untilMs, amount]) => [untilMs, amount]);
    this.#total = taken.reduce((sum, [, amount]) => sum + amount, 0);
  }

  /** As it is stored, the oldest first. */
  get taken(): readonly Taken[] {
    return this.#taken;
  }

  /** When the last of it began to age; 0 where there is none. */
  get lastMs(): number {
    return this.#taken.at(-1)?.[0] ?? 0;
  }

  /** How much counts now; what does not any more is forgotten. */
  used(windowMs: number, nowMs: number): number {
    while (this.#taken[0] && this.#taken[0][0] + windowMs <= nowMs) {
      this.#total -= this.#taken.shift()?.[1] ?? 0;
    }
    return this.#total;
  }

  add(amount: number, granularityMs: number, nowMs: number): void {
    if (amount === 0) return;
    this.#total += amount;
    const last = this.#taken.at(-1);
    const untilMs = Math.ceil(nowMs / granularityMs) * granularityMs;
    // A clock that was set back must not bring the list out of order.
    if (last && last[0] >= untilMs) last[1] += amount;
    else this.#taken.push([untilMs, amount]);
  }

  /** Gives back what was taken then, as far as it is still known. */
  remove(amount: number, atMs: number): void {
    const entry = this.#taken.find(([untilMs]) => untilMs >= atMs);
    const given = Math.min(amount, entry?.[1] ?? 0);
    if (!entry || given === 0) return;
    entry[1] -= given;
    this.#total -= given;
    if (entry[1] === 0) this.#taken.splice(this.#taken.indexOf(entry), 1);
  }

  /** When so much more can be taken; null where that will never be. */
  freeAtMs(amount: number, max: number, windowMs: number): number | null {
    let left = this.#total;
    if (amount > max) return null;
    for (const [untilMs, part] of this.#taken) {
      left -= part;
      if (left + amount <= max) return untilMs + windowMs;
    }
    return null;
  }
}
