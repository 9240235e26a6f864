import { type AuditRow, isRecorded } from './audit-row.ts';
import type { ChainPoint } from './hash-chain.ts';

/**
 * What can be wrong with a chain.
 * - `edited`: what is stored at a place is not what was recorded there;
 * - `removed`: nothing is stored at a place;
 * - `reordered`: the row that belongs to a place says that it is at another;
 * - `unlinked`: a row is in itself in order, and does not follow the one before it: one of both was replaced by whoever has the key;
 * - `foreign`: a row that belongs to no place of the chain;
 * - `head`: the chain does not end as the object that records it says.
 */
export type ChainProblemKind = 'edited' | 'removed' | 'reordered' | 'unlinked' | 'foreign' | 'head';

/** Something that is wrong, at the places from `sequence` to `through`. */
export interface ChainProblem {
  readonly kind: ChainProblemKind;
  readonly sequence: number;
  readonly through: number;
}

/** A part of a chain, as it was stored and as it should be. */
export interface ChainPart {
  /** The place up to which the chain was verified before; the hash is null where that place was not in order. */
  readonly start: VerifiedPoint;
  /** The place at which this part ends. */
  readonly last: number;
  /** What is stored in between, and whatever else is not known to belong elsewhere. */
  readonly rows: readonly AuditRow[];
  /** Up to here rows must be there, as the object said before they were read. */
  readonly delivered: ChainPoint;
  /** Up to here there can be rows, as the object said after they were read. */
  readonly head: ChainPoint;
  /** What a row says if it was recorded at a place; null where it was not. */
  open(row: AuditRow, sequence: number): string | null;
}

/** How far a chain was verified. */
export interface VerifiedPoint {
  readonly sequence: number;
  readonly hash: string | null;
}

/** What a verification found. */
export interface ChainVerdict {
  /** How many rows are in order. */
  readonly verified: number;
  /** In the order of their places. */
  readonly problems: readonly ChainProblem[];
  readonly end: VerifiedPoint;
}

/** Verifies a part of a chain: each place has the row that was recorded there, and there are no others. */
export function verifyChain(part: ChainPart): ChainVerdict {
  return new ChainWalk(part).run();
}

/** A walk along a chain, place by place. */
class ChainWalk {
  readonly #part: ChainPart;
  readonly #byPrevious: ReadonlyMap<string, readonly AuditRow[]>;
  readonly #bySequence: ReadonlyMap<number, readonly AuditRow[]>;
  readonly #taken = new Set<AuditRow>();
  readonly #problems: ChainProblem[] = [];
  #verified = 0;
  #hash: string | null;

  constructor(part: ChainPart) {
    this.#part = part;
    this.#hash = part.start.hash;
    this.#byPrevious = Map.groupBy(part.rows, row => row.previousHash);
    this.#bySequence = Map.groupBy(part.rows, row => row.sequence);
  }

  run(): ChainVerdict {
    const { start, last, head } = this.#part;
    const end = Math.min(last, head.sequence);
    // All of it may be archived.
    if (start.sequence === head.sequence) this.#compare(start.sequence);
    for (let place = start.sequence + 1; place <= end; place += 1) {
      this.#hash = this.#step(place);
      this.#compare(place);
    }
    for (const row of this.#part.rows) {
      if (!this.#taken.has(row)) this.#problem('foreign', row.sequence);
    }
    const problems = merged(this.#problems);
    return { verified: this.#verified, problems, end: { sequence: end, hash: this.#hash } };
  }

  /** @returns the hash of the row at a place; null where there is none that is in order. */
  #step(place: number): string | null {
    const following = this.#first(this.#byPrevious.get(this.#hash ?? ''), place);
    if (following) {
      if (following.sequence !== place) this.#problem('reordered', place);
      return this.#take(following);
    }
    const here = this.#bySequence.get(place);
    const recorded = this.#first(here, place);
    if (recorded) {
      // After a place that is not in order, nobody can say what it follows.
      if (this.#hash !== null) this.#problem('unlinked', place);
      return this.#take(recorded);
    }
    const [edited] = (here ?? []).filter(row => !this.#taken.has(row));
    if (edited) {
      this.#taken.add(edited);
      this.#problem('edited', place);
    } else if (place <= this.#part.delivered.sequence) {
      this.#problem('removed', place);
    }
    return null;
  }

  /** The head is what cannot be forged with the database and the keys together. */
  #compare(place: number): void {
    const { delivered, head } = this.#part;
    const known = [delivered, head].filter(({ sequence }) => sequence === place);
    if (this.#hash !== null && known.some(({ hash }) => hash !== this.#hash)) this.#problem('head', place);
  }

  #first(rows: readonly AuditRow[] | undefined, place: number): AuditRow | undefined {
    return rows?.find(row => !this.#taken.has(row) && this.#isRecorded(row, place));
  }

  #isRecorded(row: AuditRow, place: number): boolean {
    return isRecorded(row, place, this.#part.open(row, place));
  }

  #take(row: AuditRow): string {
    this.#taken.add(row);
    this.#verified += 1;
    return row.hash;
  }

  #problem(kind: ChainProblemKind, sequence: number): void {
    this.#problems.push({ kind, sequence, through: sequence });
  }
}

/** Joins neighbours that are wrong in the same way. */
function merged(problems: readonly ChainProblem[]): ChainProblem[] {
  const joined: ChainProblem[] = [];
  for (const problem of problems.toSorted((a, b) => a.sequence - b.sequence)) {
    const before = joined.at(-1);
    if (before?.kind === problem.kind && before.through + 1 >= problem.sequence) {
      joined[joined.length - 1] = { ...before, through: problem.through };
    } else {
      joined.push(problem);
    }
  }
  return joined;
}
