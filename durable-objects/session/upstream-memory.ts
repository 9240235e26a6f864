import type { Keeper } from '../../src/connectors/remote/legacy/parked.ts';
import { RemoteMemory } from '../../src/connectors/remote/remote-memory.ts';

/**
 * What one session, or one home, remembers of its servers while it is in memory: nothing here outlives that, and nothing is shared
 * with another.
 */
export class UpstreamMemory {
  readonly #remotes = new Map<string, { readonly version: string; readonly memory: RemoteMemory }>();
  readonly #keeper: Keeper;

  /** @param keeper keeps the object in memory, and wakes it. */
  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  /** What is remembered of a version of a remote server. What was remembered of another version ends. */
  remote(server: string, version: string): RemoteMemory {
    const known = this.#remotes.get(server);
    if (known?.version === version) return known.memory;
    known?.memory.end();
    const memory = new RemoteMemory(this.#keeper);
    this.#remotes.set(server, { version, memory });
    return memory;
  }

  /** Cancels calls whose users took too long. @returns when the next one has, Unix time in milliseconds; null where none waits. */
  expire(nowMs: number): number | null {
    const all = [...this.#remotes.values()].map(({ memory }) => memory.parked);
    for (const parked of all) parked.expire(nowMs);
    const next = all.flatMap(({ nextAtMs }) => nextAtMs ?? []);
    return next.length === 0 ? null : Math.min(...next);
  }

  /** Lets go of everything: the session has ended. */
  clear(): void {
    for (const { memory } of this.#remotes.values()) memory.end();
    this.#remotes.clear();
  }
}
