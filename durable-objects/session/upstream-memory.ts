import { RemoteMemory } from '../../src/connectors/remote/remote-memory.ts';

/**
 * What one session, or one home, remembers of its servers while it is in memory: nothing here outlives that, and nothing is shared
 * with another.
 */
export class UpstreamMemory {
  readonly #remotes = new Map<string, { readonly version: string; readonly memory: RemoteMemory }>();

  /** What is remembered of a version of a remote server. What was remembered of another version ends. */
  remote(server: string, version: string): RemoteMemory {
    const known = this.#remotes.get(server);
    if (known?.version === version) return known.memory;
    known?.memory.end();
    const memory = new RemoteMemory();
    this.#remotes.set(server, { version, memory });
    return memory;
  }

  /** Lets go of everything: the session has ended. */
  clear(): void {
    for (const { memory } of this.#remotes.values()) memory.end();
    this.#remotes.clear();
  }
}
