/** Who waits for a connection of one owner to be made. In memory: a caller whose account restarts asks again. */
export class ConnectionWaits {
  readonly #waiting = new Map<string, Set<() => void>>();
  #changes = 0;

  /**
   * Waits until a connection is as it should be.
   * @param isThere looked at now, and each time that something has happened to the connection.
   * @returns false where it took longer than `waitMs`.
   */
  async until(connection: string, isThere: () => Promise<boolean>, waitMs: number): Promise<boolean> {
    const deadlineMs = Date.now() + waitMs;
    for (;;) {
      const seen = this.#changes;
      if (await isThere()) return true;
      const leftMs = deadlineMs - Date.now();
      if (leftMs <= 0) return false;
      // What changed while it was looked at would otherwise never be heard of.
      if (seen === this.#changes) await this.#next(connection, leftMs);
    }
  }

  /** Something has happened to a connection. */
  changed(connection: string): void {
    this.#changes += 1;
    for (const wake of this.#waiting.get(connection) ?? []) wake();
  }

  #next(connection: string, waitMs: number): Promise<void> {
    const waiting = this.#waiting.get(connection) ?? new Set();
    this.#waiting.set(connection, waiting);
    return new Promise(resolve => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(connection);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      waiting.add(wake);
    });
  }
}
