import { EraMemory } from './era-memory.ts';

/** What one session, or one home, remembers of one remote server while it is in memory. */
export class RemoteMemory {
  readonly eras = new EraMemory();

  /** Lets go of everything. */
  end(): void {}
}
