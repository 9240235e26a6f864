import type { AuditEntry } from '../../src/audit/event.ts';
import type { ObjectTrail } from './object-trail.ts';

/** How long events may be in memory only. */
const GATHER_MS = 1000;

/** Events that are in memory, and are put on record together. What a crash comes before is lost. */
export class GatheringTrail {
  readonly #gathered: { readonly trail: ObjectTrail; readonly entry: AuditEntry; readonly atMs: number }[] =
    [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes an entry for a trail; it is on record within a second. */
  add(trail: ObjectTrail, entry: AuditEntry): void {
    this.#gathered.push({ trail, entry, atMs: Date.now() });
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Puts on record what was gathered, in this turn, and so in one write. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { trail, entry, atMs } of this.#gathered.splice(0)) void trail.append(entry, atMs);
  }

  /** How many are in memory. */
  get size(): number {
    return this.#gathered.length;
  }
}
