import type { CredentialRecord } from '../../src/vault/credential-record.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS credential_record (
    connection TEXT NOT NULL,
    version INTEGER NOT NULL,
    key TEXT NOT NULL,
    kid TEXT NOT NULL,
    is_current INTEGER NOT NULL,
    copy TEXT,
    published_at_ms INTEGER,
    PRIMARY KEY (connection, version)
  ) STRICT, WITHOUT ROWID;
`;

/** Which record it is, and where. */
export interface RecordName {
  readonly connection: string;
  readonly version: number;
  /** Its key in KV. */
  readonly key: string;
}

/** A record that is, or may be, in KV. */
export interface StoredRecord extends RecordName {
  readonly kid: string;
  /** Whether it is the one that counts. All others are to be deleted. */
  readonly isCurrent: boolean;
  /** The sealed record, until KV has shown that it has it. */
  readonly copy: string | null;
  /** When KV took it, Unix time in milliseconds; null where it has not yet. */
  readonly publishedAtMs: number | null;
}

/**
 * Every record of one owner that may be in KV, with a copy of those that KV may not serve yet. A record is listed here
 * before it is written there, and as long as it is there.
 */
export class RecordCopies {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes in the record that counts from now on. */
  add({ connection, version, key }: RecordName, { kid, text }: CredentialRecord): void {
    this.#sql.exec(SCHEMA);
    this.retire(connection);
    this.#sql.exec(
      'INSERT INTO credential_record (connection, version, key, kid, is_current, copy) VALUES (?, ?, ?, ?, 1, ?)',
      connection,
      version,
      key,
      kid,
      text,
    );
  }

  /** From now on none of a connection's records counts. */
  retire(connection: string): void {
    if (!this.#exists()) return;
    this.#sql.exec(
      'UPDATE credential_record SET is_current = 0, copy = NULL WHERE connection = ?',
      connection,
    );
  }

  /** The copy of a record; null where there is none, or no longer. */
  copyOf(connection: string, version: number): string | null {
    return this.list().find(each => each.connection === connection && each.version === version)?.copy ?? null;
  }

  list(): StoredRecord[] {
    if (!this.#exists()) return [];
    return this.#sql
      .exec<RecordRow>('SELECT * FROM credential_record ORDER BY connection, version')
      .toArray()
      .map(row => ({
        connection: row.connection,
        version: row.version,
        key: row.key,
        kid: row.kid,
        isCurrent: row.is_current === 1,
        copy: row.copy,
        publishedAtMs: row.published_at_ms,
      }));
  }

  /** @param atMs null to have it written to KV again. */
  published({ connection, version }: StoredRecord, atMs: number | null): void {
    this.#sql.exec(
      'UPDATE credential_record SET published_at_ms = ? WHERE connection = ? AND version = ?',
      atMs,
      connection,
      version,
    );
  }

  /** Gives up the copy of a record that KV has. */
  settled({ connection, version }: StoredRecord): void {
    this.#sql.exec(
      'UPDATE credential_record SET copy = NULL WHERE connection = ? AND version = ?',
      connection,
      version,
    );
  }

  /** Forgets a record that is no longer in KV. */
  delete({ connection, version }: StoredRecord): void {
    this.#sql.exec('DELETE FROM credential_record WHERE connection = ? AND version = ?', connection, version);
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'credential_record');
  }
}

type RecordRow = {
  connection: string;
  version: number;
  key: string;
  kid: string;
  is_current: number;
  copy: string | null;
  published_at_ms: number | null;
};
