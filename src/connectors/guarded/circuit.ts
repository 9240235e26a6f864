/** When circuits open, and for how long. */
export interface CircuitLimits {
  /** Failures in a row. */
  readonly opensAfter: number;
  readonly pauseMs: number;
}

/** Why a call is not let through. Times are Unix times in milliseconds. */
export interface OpenCircuit {
  readonly failures: number;
  /** Of the first failure in the row. */
  readonly sinceMs: number;
  /** When a call is let through again, to try. */
  readonly againAtMs: number;
}

/** What became of a call, as far as it tells how the server is. */
export type Health = 'well' | 'failing' | 'unknown';

/**
 * The circuit of one server: it opens after so many failures in a row, lets one call through after a pause, and closes when that one
 * succeeds. It decides by the times it is given and keeps no timer.
 */
export class Circuit {
  readonly #limits: CircuitLimits;
  #failures = 0;
  #sinceMs = 0;
  #lastMs = 0;
  /** When the call that tries an open circuit began; 0 for none. */
  #trialMs = 0;

  constructor(limits: CircuitLimits) {
    this.#limits = limits;
  }

  /** Whether it remembers nothing, so that a new one would do. */
  get isFresh(): boolean {
    return this.#failures === 0;
  }

  /** How it is open; null while it is closed, or due for a try that nobody makes yet. */
  open(nowMs: number): OpenCircuit | null {
    if (this.#failures < this.#limits.opensAfter) return null;
    const { pauseMs } = this.#limits;
    // A trial that never reported back was lost with its caller, and must not keep the circuit open for good.
    const againAtMs = Math.max(this.#lastMs, this.#trialMs) + pauseMs;
    if (nowMs >= againAtMs) return null;
    return { failures: this.#failures, sinceMs: this.#sinceMs, againAtMs };
  }

  /** Lets a call through, or says why not. Whoever is let through says how it went. */
  enter(nowMs: number): OpenCircuit | null {
    const open = this.open(nowMs);
    if (!open && this.#failures >= this.#limits.opensAfter) this.#trialMs = nowMs;
    return open;
  }

  /** @returns whether it has opened by that, or again. */
  left(health: Health, nowMs: number): boolean {
    if (health === 'well') this.#failures = 0;
    if (health === 'failing') this.#failed(nowMs);
    const wasTrial = this.#trialMs !== 0;
    this.#trialMs = 0;
    const { opensAfter } = this.#limits;
    return (
      health === 'failing' && (this.#failures === opensAfter || (wasTrial && this.#failures > opensAfter))
    );
  }

  #failed(nowMs: number): void {
    if (this.#failures === 0) this.#sinceMs = nowMs;
    this.#failures++;
    this.#lastMs = nowMs;
  }
}
