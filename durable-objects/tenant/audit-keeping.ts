import type { Archive } from '../../src/audit/archive.ts';
import { type AuditRow, isRecorded, openRow } from '../../src/audit/audit-row.ts';
import {
  type ArchivedRange,
  type ChainHead,
  type Checkpoint,
  checkpointPoint,
  readCheckpoint,
  signCheckpoint,
} from '../../src/audit/checkpoint.ts';
import { checkpointKeys } from '../../src/audit/checkpoint-keys.ts';
import { genesis } from '../../src/audit/hash-chain.ts';
import type { StoredCheckpoints } from '../../src/audit/stored-checkpoints.ts';
import type { StoredEvents } from '../../src/audit/stored-events.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { reportFault } from '../../src/errors.ts';
import type { CheckpointBook } from './checkpoint-book.ts';

/** How many heads, and how many archived ranges, one checkpoint holds. */
const MAX_HEADS = 500;
const MAX_RANGES = 20;

/** How many checkpoints one call makes; the next goes on. */
const MAX_CHECKPOINTS = 50;

/** How many events are archived in one object. */
const RANGE_EVENTS = 500;

const DAY_MS = 24 * 3600 * 1000;

/** What an organisation's audit is kept with. */
export interface KeepingParts {
  readonly tenant: string;
  readonly keyRing: KeyRing;
  readonly book: CheckpointBook;
  readonly events: StoredEvents;
  readonly checkpoints: StoredCheckpoints;
  readonly archive: Archive | null;
  /** Setting AUDIT_RETENTION_DAYS; undefined to delete nothing. */
  readonly retentionDays: number | undefined;
  /** Resolves once what the book has is durable. */
  readonly sync: () => Promise<void>;
}

/** How far a run has come, by the names of chains. */
interface Walk {
  heads: string | null;
  old: string | null;
}

/**
 * Signs the heads of chains that have grown, and archives what is old. What a checkpoint says follows from it alone: it is written to the
 * object, and then, as often as it takes, to where it is read; only what a signed one says is archived is deleted.
 */
export class AuditKeeping {
  readonly #parts: KeepingParts;

  constructor(parts: KeepingParts) {
    this.#parts = parts;
  }

  /** To be called by one at a time. */
  async run(): Promise<void> {
    const walk: Walk = { heads: '', old: this.#parts.retentionDays === undefined ? null : '' };
    await this.#settle();
    for (let count = 0; count < MAX_CHECKPOINTS; count += 1) {
      const heads = await this.#grown(walk);
      const archived = await this.#archived(walk);
      if (heads.length > 0 || archived.length > 0) await this.#sign(heads, archived);
      else if (walk.heads === null && walk.old === null) return;
    }
  }

  async #sign(heads: readonly ChainHead[], archived: readonly ArchivedRange[]): Promise<void> {
    const { tenant, keyRing, book } = this.#parts;
    const last = book.state();
    const checkpoint: Checkpoint = {
      tenant,
      sequence: (last?.sequence ?? 0) + 1,
      at: new Date().toISOString(),
      previous: last?.hash ?? null,
      heads: [...heads],
      archived: [...archived],
    };
    const jws = await signCheckpoint(keyRing, checkpoint);
    book.add(checkpoint, jws);
    await this.#parts.sync();
    const { sequence, hash } = checkpointPoint(checkpoint.sequence, jws);
    // biome-ignore lint/suspicious/noConsole: what is in the log is out of reach of whoever controls the storage
    console.log(JSON.stringify({ level: 'info', event: 'audit_checkpoint', tenant, sequence, hash }));
    await this.#settle();
  }

  /** Does what follows from the last checkpoint. All of it can be repeated. */
  async #settle(): Promise<void> {
    const { book, checkpoints, archive, keyRing } = this.#parts;
    const last = book.unsettled();
    if (!last) return;
    await checkpoints.insert(last);
    await archive?.putCheckpoint(last.sequence, last.jws);
    const checkpoint = await readCheckpoint(await checkpointKeys(keyRing), last.jws);
    for (const range of checkpoint?.archived ?? []) await checkpoints.archive(range, last.sequence);
    book.settled(last.sequence);
    await this.#parts.sync();
  }

  /** The heads of the next chains that have grown. */
  async #grown(walk: Walk): Promise<ChainHead[]> {
    if (walk.heads === null) return [];
    const { tenant, book, events } = this.#parts;
    const growing = book.growing(walk.heads, MAX_HEADS);
    walk.heads = growing.length < MAX_HEADS ? null : (growing.at(-1)?.chain ?? null);
    const rows = await events.heads(
      tenant,
      growing.map(({ chain }) => chain),
    );
    return growing.flatMap(({ chain, reached }) => {
      const row = rows.find(each => each.chain === chain && this.#isRecorded(each));
      return row && row.sequence > reached ? [{ chain, sequence: row.sequence, hash: row.hash }] : [];
    });
  }

  /** Archives the oldest of the next chains that have something old. */
  async #archived(walk: Walk): Promise<ArchivedRange[]> {
    const { tenant, events, archive, retentionDays } = this.#parts;
    if (walk.old === null || !archive || retentionDays === undefined) return [];
    const beforeMs = Date.now() - retentionDays * DAY_MS;
    const chains = await events.chainsWithOld(tenant, beforeMs, walk.old, MAX_RANGES);
    const ranges: ArchivedRange[] = [];
    for (const chain of chains) {
      const rows = await this.#oldRows(chain, beforeMs);
      if (rows.length > 0) ranges.push(await archive.put(rows));
      walk.old = chain;
    }
    if (chains.length === 0) walk.old = null;
    return ranges;
  }

  /** The oldest rows of a chain, none where they are not as they were recorded: what is wrong stays where it is found. */
  async #oldRows(chain: string, beforeMs: number): Promise<readonly AuditRow[]> {
    const name = { tenant: this.#parts.tenant, chain };
    const range = await this.#parts.checkpoints.lastRange(chain);
    const start = range ? { sequence: range.through, hash: range.hash } : genesis(name);
    const stored = await this.#parts.events.oldest(name, RANGE_EVENTS);
    const young = stored.findIndex(({ atMs }) => atMs >= beforeMs);
    const rows = young < 0 ? stored : stored.slice(0, young);
    const end = rows.at(-1);
    if (!end) return [];
    const open = (row: AuditRow, sequence: number) => openRow(this.#parts.keyRing, row, sequence);
    const { problems } = verifyChain({ start, last: end.sequence, rows, delivered: end, head: end, open });
    if (problems.length === 0) return rows;
    reportFault('audit_not_archived', problems[0]?.kind, { chain });
    return [];
  }

  #isRecorded(row: AuditRow): boolean {
    return isRecorded(row, row.sequence, openRow(this.#parts.keyRing, row, row.sequence));
  }
}
