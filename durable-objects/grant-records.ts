import type { GrantRecord } from '../src/grants/grant-store.ts';
import { tableExists } from './table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS grant_record (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    metadata TEXT,
    expires_at INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/**
 * One user's grants and access tokens, as the authorization library writes them: hashes and sealed props, never a
 * token. Reading makes no table, so asking about a user who never signed in leaves nothing behind.
 */
export class GrantRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(key: string): GrantRecord | null {
    if (!this.#exists()) return null;
    const [row] = this.#sql
      .exec<RecordRow>(
        'SELECT * FROM grant_record WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)',
        key,
        now(),
      )
      .toArray();
    return row ? { value: row.value, metadata: row.metadata, expiresAt: row.expires_at } : null;
  }

  write(key: string, { value, metadata, expiresAt }: GrantRecord): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('DELETE FROM grant_record WHERE expires_at <= ?', now());
    this.#sql.exec(
      'INSERT OR REPLACE INTO grant_record (key, value, metadata, expires_at) VALUES (?, ?, ?, ?)',
      key,
      value,
      metadata,
      expiresAt,
    );
  }

  delete(key: string): void {
    if (this.#exists()) this.#sql.exec('DELETE FROM grant_record WHERE key = ?', key);
  }

  /** The keys that begin with a prefix, in order. */
  list(prefix: string): { key: string; metadata: string | null }[] {
    if (!this.#exists()) return [];
    const rows = this.#sql.exec<RecordRow>(
      'SELECT * FROM grant_record WHERE substr(key, 1, length(?)) = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY key',
      prefix,
      prefix,
      now(),
    );
    return rows.toArray().map(({ key, metadata }) => ({ key, metadata }));
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'grant_record');
  }
}

type RecordRow = { key: string; value: string; metadata: string | null; expires_at: number | null };

function now(): number {
  return Math.floor(Date.now() / 1000);
}
