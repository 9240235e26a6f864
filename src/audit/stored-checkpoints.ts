import type { ArchivedRange } from './checkpoint.ts';
import type { ChainPoint } from './hash-chain.ts';

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  readonly sequence: number;
  readonly jws: string;
}

/** A range as the database says that it is archived, and by which checkpoint. */
export type StoredRange = ArchivedRange & { readonly checkpoint: number };

const RANGE = `chain, from_sequence AS "from", through_sequence AS through, hash, object, digest, checkpoint`;

/** The checkpoints of an organisation in D1, and the ranges that they say are archived. */
export class StoredCheckpoints {
  readonly #db: D1Database;
  readonly #tenant: string;

  constructor(db: D1Database, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  /** Stores a checkpoint; one that is there stays as it is. */
  async insert({ sequence, jws }: StoredCheckpoint): Promise<void> {
    const statement =
      'INSERT INTO audit_checkpoint (tenant, sequence, jws) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
    await this.#db.prepare(statement).bind(this.#tenant, sequence, jws).run();
  }

  /** Those after one, in their order. */
  async page(after: number, limit: number): Promise<StoredCheckpoint[]> {
    const statement =
      'SELECT sequence, jws FROM audit_checkpoint WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT ?';
    const { results } = await this.#db
      .prepare(statement)
      .bind(this.#tenant, after, limit)
      .all<StoredCheckpoint>();
    return results;
  }

  /** Writes down that a range is archived, and deletes its events, in one transaction. It can be repeated. */
  async archive(range: ArchivedRange, checkpoint: number): Promise<void> {
    const { chain, from, through, hash, object, digest } = range;
    const record = `INSERT INTO audit_archive
      (tenant, chain, from_sequence, through_sequence, hash, object, digest, checkpoint)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
    const remove = 'DELETE FROM audit_event WHERE tenant = ? AND chain = ? AND sequence BETWEEN ? AND ?';
    await this.#db.batch([
      this.#db.prepare(record).bind(this.#tenant, chain, from, through, hash, object, digest, checkpoint),
      this.#db.prepare(remove).bind(this.#tenant, chain, from, through),
    ]);
  }

  /** The last archived range of a chain; null where it is all in the database. */
  async lastRange(chain: string): Promise<StoredRange | null> {
    const statement = `SELECT ${RANGE} FROM audit_archive WHERE tenant = ? AND chain = ?
      ORDER BY from_sequence DESC LIMIT 1`;
    return this.#db.prepare(statement).bind(this.#tenant, chain).first<StoredRange>();
  }

  /** The ranges that one checkpoint says are archived. */
  async rangesOf(ranges: readonly ArchivedRange[]): Promise<StoredRange[]> {
    const statement = `SELECT ${RANGE} FROM json_each(?) AS asked JOIN audit_archive
      ON tenant = ? AND chain = asked.value ->> 'chain' AND from_sequence = asked.value ->> 'from'`;
    const { results } = await this.#db
      .prepare(statement)
      .bind(JSON.stringify(ranges), this.#tenant)
      .all<StoredRange>();
    return results;
  }

  /** What is stored at some places of chains: all hashes that are there, and up to where each chain is archived. */
  async hashesAt(places: readonly (ChainPoint & { readonly chain: string })[]): Promise<HashAt[]> {
    const statement = `SELECT asked.value ->> 'chain' AS chain, asked.value ->> 'sequence' AS sequence, event.hash AS hash,
        (SELECT MAX(through_sequence) FROM audit_archive
          WHERE tenant = ?1 AND chain = asked.value ->> 'chain') AS archived
      FROM json_each(?2) AS asked LEFT JOIN audit_event AS event
      ON event.tenant = ?1 AND event.chain = asked.value ->> 'chain' AND event.sequence = asked.value ->> 'sequence'`;
    const { results } = await this.#db
      .prepare(statement)
      .bind(this.#tenant, JSON.stringify(places))
      .all<HashAt>();
    return results;
  }
}

/** What is stored at a place; the hash is null where nothing is. */
export interface HashAt {
  readonly chain: string;
  readonly sequence: number;
  readonly hash: string | null;
  readonly archived: number | null;
}
