import { LiveDefinitions } from '../live-definitions.ts';
import { EraMemory } from './era-memory.ts';
import { type Keeper, ParkedUpstreamCalls } from './legacy/parked.ts';
import { LegacySessions } from './legacy/sessions.ts';

/** What one session, or one home, remembers of one remote server while it is in memory. */
export class RemoteMemory {
  readonly eras = new EraMemory();
  /** What it said that it offers. */
  readonly definitions = new LiveDefinitions();
  readonly sessions = new LegacySessions();
  readonly parked: ParkedUpstreamCalls;

  constructor(keeper: Keeper) {
    this.parked = new ParkedUpstreamCalls(keeper);
  }

  /** Lets go of everything, and lets the server know. */
  end(): void {
    this.parked.end();
    this.sessions.end();
  }
}
