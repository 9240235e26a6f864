import { tableExists } from '../storage/table-exists.ts';

/** Versions outlive what they are of: after a credential is gone, none of its records may come back as the next one's. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS credential_version (
    connection TEXT PRIMARY KEY,
    last_version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS credential (
    connection TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    content_version INTEGER NOT NULL,
    is_dead INTEGER NOT NULL,
    origins TEXT NOT NULL,
    has_refresh_token INTEGER NOT NULL,
    expires_at_ms INTEGER,
    connected_at_ms INTEGER NOT NULL,
    refreshed_at_ms INTEGER,
    refresh_began_at_ms INTEGER,
    binding TEXT
  ) STRICT, WITHOUT ROWID;
`;

/** What is known of a credential without looking at it. Times are Unix times in milliseconds. */
export interface LedgerEntry {
  /** The id of the connection. */
  readonly connection: string;
  /** The one record that counts. */
  readonly version: number;
  /** The version from which on it has been this credential, and not merely sealed anew. */
  readonly contentVersion: number;
  /** Whether its owner has to connect again. Then there is no record. */
  readonly isDead: boolean;
  /** The origins that it was connected for, sorted. */
  readonly origins: readonly string[];
  /** Of the authorization server that gave it, see `authorizationBinding`; null where none did. */
  readonly binding: string | null;
  readonly hasRefreshToken: boolean;
  readonly expiresAtMs: number | null;
  readonly connectedAtMs: number;
  /** Null where it was never refreshed. */
  readonly refreshedAtMs: number | null;
  /**
   * When the refresh token was first sent off without an answer that says whether it was used up; null where that is known.
   * Written before it is sent, so that a crash leaves it behind.
   */
  readonly refreshBeganAtMs: number | null;
}

/** Which version of each credential of one owner counts. */
export class CredentialEntries {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Every credential there is. */
  list(): LedgerEntry[] {
    if (!tableExists(this.#sql, 'credential')) return [];
    return this.#sql.exec<EntryRow>('SELECT * FROM credential ORDER BY connection').toArray().map(entryOf);
  }

  /** Null where there is no credential. */
  read(connection: string): LedgerEntry | null {
    if (!tableExists(this.#sql, 'credential')) return null;
    const rows = this.#sql.exec<EntryRow>('SELECT * FROM credential WHERE connection = ?', connection);
    const [row] = rows.toArray();
    return row ? entryOf(row) : null;
  }

  /** A version that no record of the connection has had. */
  nextVersion(connection: string): number {
    this.#makeTables();
    return this.#sql
      .exec<{ last_version: number }>(
        `INSERT INTO credential_version (connection, last_version) VALUES (?, 1)
         ON CONFLICT (connection) DO UPDATE SET last_version = last_version + 1 RETURNING last_version`,
        connection,
      )
      .one().last_version;
  }

  write(entry: LedgerEntry): void {
    this.#makeTables();
    this.#sql.exec(
      `INSERT OR REPLACE INTO credential (connection, version, content_version, is_dead, origins, binding,
         has_refresh_token, expires_at_ms, connected_at_ms, refreshed_at_ms, refresh_began_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.connection,
      entry.version,
      entry.contentVersion,
      Number(entry.isDead),
      JSON.stringify(entry.origins),
      entry.binding,
      Number(entry.hasRefreshToken),
      entry.expiresAtMs,
      entry.connectedAtMs,
      entry.refreshedAtMs,
      entry.refreshBeganAtMs,
    );
  }

  delete({ connection }: LedgerEntry): void {
    this.#sql.exec('DELETE FROM credential WHERE connection = ?', connection);
  }

  /** Accounts that are older than the column get it; what they hold is of nobody in particular, and has to be connected again. */
  #makeTables(): void {
    this.#sql.exec(SCHEMA);
    const columns = this.#sql
      .exec<{ name: string }>("SELECT name FROM pragma_table_info('credential')")
      .toArray();
    if (columns.some(({ name }) => name === 'binding')) return;
    this.#sql.exec('ALTER TABLE credential ADD COLUMN binding TEXT');
  }
}

type EntryRow = {
  connection: string;
  version: number;
  content_version: number;
  is_dead: number;
  origins: string;
  binding?: string | null;
  has_refresh_token: number;
  expires_at_ms: number | null;
  connected_at_ms: number;
  refreshed_at_ms: number | null;
  refresh_began_at_ms: number | null;
};

function entryOf(row: EntryRow): LedgerEntry {
  return {
    connection: row.connection,
    version: row.version,
    contentVersion: row.content_version,
    isDead: row.is_dead === 1,
    origins: JSON.parse(row.origins) as string[],
    binding: row.binding ?? null,
    hasRefreshToken: row.has_refresh_token === 1,
    expiresAtMs: row.expires_at_ms,
    connectedAtMs: row.connected_at_ms,
    refreshedAtMs: row.refreshed_at_ms,
    refreshBeganAtMs: row.refresh_began_at_ms,
  };
}
