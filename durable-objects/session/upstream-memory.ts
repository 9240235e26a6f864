/**
 * What one session, or one home, remembers of its servers while it is in memory: nothing here outlives that, and nothing is shared
 * with another.
 */
export class UpstreamMemory {
  /** Lets go of everything: the session has ended. */
  clear(): void {}
}
