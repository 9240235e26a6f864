/** How long something may take in all. */
export class TimeLimit {
  readonly #ending = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

  /** @param reason what the signal says when the time is over. */
  constructor(ms: number, reason: Error) {
    this.#timer = setTimeout(() => this.#ending.abort(reason), ms);
  }

  /** Aborts when the time is over. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** It is done in time. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** It has failed: what is still under way is ended too. @returns why: the time was over, or what is given. */
  fail(error: unknown): unknown {
    this.end();
    if (!this.signal.aborted) this.#ending.abort(error);
    return this.signal.reason;
  }
}

/**
 * Waits.
 * @throws the reason of a signal that aborts meanwhile, or has done so.
 */
export function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    signal.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      failed(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      done();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
