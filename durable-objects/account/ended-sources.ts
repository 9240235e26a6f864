import { lengthPrefixed, toBase64url } from '../../src/crypto/bytes.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { tableExists } from '../storage/table-exists.ts';

const TABLE = 'ended_source';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    hash TEXT PRIMARY KEY,
    ended_at_ms INTEGER NOT NULL,
    -- NULL where it is never forgotten.
    forget_at_ms INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/**
 * When the sources of one user's proofs (src/grants/proof.ts) were last ended: a sign-in by signing out, a client by whoever
 * disconnected it. Times are Unix times in milliseconds.
 */
export class EndedSources {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  end(source: string, nowMs: number, forgetAtMs: number | null): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(`DELETE FROM ${TABLE} WHERE forget_at_ms < ?`, nowMs);
    this.#sql.exec(
      `INSERT INTO ${TABLE} (hash, ended_at_ms, forget_at_ms) VALUES (?, ?, ?)
       ON CONFLICT (hash) DO UPDATE SET ended_at_ms = max(ended_at_ms, excluded.ended_at_ms),
         forget_at_ms = excluded.forget_at_ms`,
      hashOf(source),
      nowMs,
      forgetAtMs,
    );
  }

  /** Zero for one that never was. */
  endedAtMs(source: string): number {
    if (!tableExists(this.#sql, TABLE)) return 0;
    const [row] = this.#sql
      .exec<{ ended_at_ms: number }>(`SELECT ended_at_ms FROM ${TABLE} WHERE hash = ?`, hashOf(source))
      .toArray();
    return row?.ended_at_ms ?? 0;
  }
}

function hashOf(source: string): string {
  return toBase64url(sha256(lengthPrefixed(TABLE, source)));
}
