import type { CheckpointState } from '../../src/audit/audit-keeper.ts';
import { type Checkpoint, checkpointPoint } from '../../src/audit/checkpoint.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS audit_checkpoint (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL,
    -- NULL once D1 has it, and all that follows from it is done.
    jws TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS audit_checkpointed (
    chain TEXT PRIMARY KEY,
    -- How far it was when it was last in a checkpoint.
    sequence INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** The last checkpoint of an organisation, and how far its chains are in checkpoints. */
export class CheckpointBook {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Null before the first. */
  state(): CheckpointState | null {
    const row = this.#last();
    return row && { sequence: row.sequence, hash: row.hash, isSettled: row.jws === null };
  }

  /** The last checkpoint, while not all is done that follows from it. */
  unsettled(): { readonly sequence: number; readonly jws: string } | null {
    const row = this.#last();
    return row?.jws == null ? null : { sequence: row.sequence, jws: row.jws };
  }

  /** Makes a checkpoint the last, with the heads that are in it, in one transaction. */
  add({ sequence, heads }: Checkpoint, jws: string): void {
    const { hash } = checkpointPoint(sequence, jws);
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec(SCHEMA);
      const last = 'INSERT OR REPLACE INTO audit_checkpoint (id, sequence, hash, jws) VALUES (1, ?, ?, ?)';
      this.#storage.sql.exec(last, sequence, hash, jws);
      const reached = 'INSERT OR REPLACE INTO audit_checkpointed (chain, sequence) VALUES (?, ?)';
      for (const head of heads) this.#storage.sql.exec(reached, head.chain, head.sequence);
    });
  }

  settled(sequence: number): void {
    this.#storage.sql.exec('UPDATE audit_checkpoint SET jws = NULL WHERE sequence = ?', sequence);
  }

  /** Chains that may have grown since they were last in a checkpoint, in the order of their names, and how far they were. */
  growing(after: string, limit: number): { readonly chain: string; readonly reached: number }[] {
    const { sql } = this.#storage;
    if (!tableExists(sql, 'audit_chain')) return [];
    sql.exec(SCHEMA);
    const statement = `SELECT chain, COALESCE(sequence, 0) AS reached
      FROM audit_chain LEFT JOIN audit_checkpointed USING (chain)
      WHERE chain > ? AND (closed_sequence IS NULL OR sequence IS NULL OR sequence < closed_sequence)
      ORDER BY chain LIMIT ?`;
    return sql.exec<{ chain: string; reached: number }>(statement, after, limit).toArray();
  }

  #last(): LastRow | null {
    const { sql } = this.#storage;
    if (!tableExists(sql, 'audit_checkpoint')) return null;
    return sql.exec<LastRow>('SELECT sequence, hash, jws FROM audit_checkpoint').toArray()[0] ?? null;
  }
}

type LastRow = { sequence: number; hash: string; jws: string | null };
