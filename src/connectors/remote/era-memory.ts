import type { Era } from './era.ts';

/** How long a verdict is good. A server that was upgraded still answers in the old way, so nothing else would tell. */
const MAX_AGE_MS = 15 * 60_000;

/** What is known of one server's era, for one authorization context, and since when. */
export class EraMemory {
  #found: { readonly era: Promise<Era>; readonly atMs: number } | undefined;

  /** The era: as it was found, else as it is found now. What fails is not remembered. */
  era(discover: () => Promise<Era>): Promise<Era> {
    if (this.#found && Date.now() - this.#found.atMs < MAX_AGE_MS) return this.#found.era;
    const found = { era: discover(), atMs: Date.now() };
    this.#found = found;
    found.era.catch(() => {
      if (this.#found === found) this.#found = undefined;
    });
    return found.era;
  }

  /** The era is to be found out anew. */
  forget(): void {
    this.#found = undefined;
  }
}
