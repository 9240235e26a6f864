import { type Env, settingsOf } from '../env.ts';
import { Archive } from './archive.ts';
import { chainListOf, chainStateOf, type ListedChain } from './audit-chains.ts';
import { auditKeeperOf } from './audit-keeper.ts';
import { type AuditRow, openRow } from './audit-row.ts';
import { readCheckpoint } from './checkpoint.ts';
import { checkpointKeys } from './checkpoint-keys.ts';
import {
  type CheckpointProblem,
  type CheckpointVerdict,
  isSameRange,
  verifyCheckpoints,
} from './checkpoint-verification.ts';
import type { AuditEvent } from './event.ts';
import { asksForTimesOnly, type EventFilter, isWanted, rowSearchOf } from './event-filter.ts';
import type { ChainPoint } from './hash-chain.ts';
import { EVENTS_CURSOR, VERIFICATION_CURSOR, type VerificationPlace } from './page-cursor.ts';
import { type TaggedMember, Tagger } from './search-tags.ts';
import { StoredCheckpoints } from './stored-checkpoints.ts';
import { type EventPlace, type RowSearch, StoredEvents } from './stored-events.ts';
import { type FoundProblem, type Verification, verifyEvents } from './verification.ts';
import type { VerifiedPoint } from './verify-chain.ts';

/** How many rows are read and opened at once, and by one request. */
const ROWS_AT_ONCE = 250;
const MAX_ROWS = 2000;
const CHECKPOINTS_AT_ONCE = 20;

/** An event as it was found; null for what it says where it cannot be opened. */
export interface FoundEvent {
  readonly row: AuditRow;
  readonly event: AuditEvent | null;
}

/** What a verification found of chains and of checkpoints. */
export interface FullVerification extends Omit<Verification, 'next' | 'problems'> {
  /** How many checkpoints are in order. */
  readonly checkpoints: number;
  readonly problems: readonly (FoundProblem | CheckpointProblem)[];
}

/** A part of what is asked for, and the cursor to the next. */
export type Paged<Part> = Part & { readonly next: string | null };

/** What an organisation's auditors read. */
export class AuditLog {
  readonly #env: Env;
  readonly #tenant: string;

  constructor(env: Env, tenant: string) {
    this.#env = env;
    this.#tenant = tenant;
  }

  /**
   * The wanted events that are in D1, newest first. One request looks at {@link MAX_ROWS} rows at most: a page may be short, or
   * empty, and have a next one.
   * @throws GatehouseError `query_invalid` for a cursor of something else.
   */
  async events(
    cursor: string,
    limit: number,
    filter: EventFilter = {},
  ): Promise<Paged<{ readonly events: readonly FoundEvent[] }>> {
    const search = this.#searchOf(filter, false);
    const found: FoundEvent[] = [];
    let place = EVENTS_CURSOR.read(cursor);
    for (let looked = 0; looked < MAX_ROWS; ) {
      const ask = asksForTimesOnly(filter) ? limit : ROWS_AT_ONCE;
      const rows = await this.#stored.page(this.#tenant, search, place, ask);
      for (const row of rows) {
        place = { atMs: row.atMs, id: row.id };
        found.push(...this.#wanted(filter, row));
        if (found.length === limit) return { events: found, next: EVENTS_CURSOR.write(place) };
      }
      if (rows.length === 0) return { events: found, next: null };
      looked += rows.length;
    }
    return { events: found, next: place && EVENTS_CURSOR.write(place) };
  }

  /** The wanted events, oldest first, page after page, up to those that are stored when it begins. */
  async *allEvents(filter: EventFilter): AsyncGenerator<readonly FoundEvent[]> {
    const search = this.#searchOf({ until: Date.now() + 1, ...filter }, true);
    let place: EventPlace | null = null;
    for (;;) {
      const rows: AuditRow[] = await this.#stored.page(this.#tenant, search, place, ROWS_AT_ONCE);
      const last = rows.at(-1);
      if (!last) return;
      place = { atMs: last.atMs, id: last.id };
      yield rows.flatMap(row => this.#wanted(filter, row));
    }
  }

  /** What an export of everything is verified by: all checkpoints, a line each. */
  async *checkpointLines(): AsyncGenerator<string> {
    let after = 0;
    for (;;) {
      const page = await this.#checkpoints.page(after, CHECKPOINTS_AT_ONCE);
      const last = page.at(-1);
      if (!last) return;
      after = last.sequence;
      yield page.map(({ jws }) => `${JSON.stringify({ checkpoint: jws })}\n`).join('');
    }
  }

  /**
   * Verifies all chains and then all checkpoints, as far as one request goes.
   * @throws GatehouseError `query_invalid` for a cursor of something else.
   */
  async verify(cursor: string, maxEvents: number): Promise<Paged<FullVerification>> {
    const place = VERIFICATION_CURSOR.read(cursor);
    const none = { chains: 0, events: 0, undelivered: 0, problems: [], next: null };
    const chains = place?.checkpoint ? none : await this.#verifyChains(place, maxEvents);
    if (chains.next) return { ...chains, checkpoints: 0, next: VERIFICATION_CURSOR.write(chains.next) };
    const from = place?.checkpoint ?? { sequence: 0, hash: null };
    const { problems, checkpoints, next } = await this.#verifyCheckpoints(from, maxEvents - chains.events);
    return {
      ...chains,
      checkpoints,
      problems: [...chains.problems, ...problems],
      next: next && VERIFICATION_CURSOR.write({ after: '', begun: null, checkpoint: next }),
    };
  }

  #verifyChains(place: VerificationPlace | null, maxEvents: number): Promise<Verification> {
    const parts = {
      tenant: this.#tenant,
      events: this.#stored,
      list: chainListOf(this.#env, this.#tenant),
      archivedThrough: (chain: string) => this.#archivedThrough(chain),
      stateOf: (chain: ListedChain) => chainStateOf(this.#env, this.#tenant, chain),
      open: (row: AuditRow, sequence: number) => openRow(this.#keyRing, row, sequence),
    };
    return verifyEvents(parts, place, maxEvents);
  }

  async #verifyCheckpoints(from: VerifiedPoint, maxPlaces: number): Promise<CheckpointVerdict> {
    const parts = {
      tenant: this.#tenant,
      keys: await checkpointKeys(this.#keyRing),
      checkpoints: this.#checkpoints,
      lastOf: () => auditKeeperOf(this.#env, this.#tenant).auditCheckpointState(),
      archive: this.#env.AUDIT_ARCHIVE ? new Archive(this.#env.AUDIT_ARCHIVE, this.#tenant) : null,
    };
    return verifyCheckpoints(parts, from, maxPlaces);
  }

  /** What a row says is archived counts only where the checkpoint says it too, which is verified itself. */
  async #archivedThrough(chain: string): Promise<ChainPoint | null> {
    const range = await this.#checkpoints.lastRange(chain);
    const [stored] = range ? await this.#checkpoints.page(range.checkpoint - 1, 1) : [];
    if (!range || !stored) return null;
    const checkpoint = await readCheckpoint(await checkpointKeys(this.#keyRing), stored.jws);
    const isSaid =
      checkpoint?.tenant === this.#tenant && checkpoint.archived.some(each => isSameRange(each, range));
    return isSaid ? { sequence: range.through, hash: range.hash } : null;
  }

  get #checkpoints(): StoredCheckpoints {
    return new StoredCheckpoints(this.#env.DB, this.#tenant);
  }

  #searchOf(filter: EventFilter, isOldestFirst: boolean): RowSearch {
    const tagger = new Tagger(this.#keyRing);
    const candidates = (member: TaggedMember, value: string) =>
      tagger.candidates(this.#tenant, member, value);
    return rowSearchOf(filter, candidates, isOldestFirst);
  }

  /** The row, where it is wanted. What cannot be opened is found by times only. */
  #wanted(filter: EventFilter, row: AuditRow): FoundEvent[] {
    const event = this.#eventOf(row);
    const isFound = asksForTimesOnly(filter) || (event && isWanted(filter, { ...event, chain: row.chain }));
    return isFound ? [{ row, event }] : [];
  }

  #eventOf(row: AuditRow): AuditEvent | null {
    const text = openRow(this.#keyRing, row, row.sequence);
    return text === null ? null : (JSON.parse(text) as AuditEvent);
  }

  get #stored(): StoredEvents {
    return new StoredEvents(this.#env.DB, this.#keyRing);
  }

  get #keyRing() {
    return settingsOf(this.#env).keyRing;
  }
}
