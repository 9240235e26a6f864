import { type SealingKey, sealJson } from '../../src/crypto/envelope.ts';
import type { ConnectionStatus, Credential } from '../../src/vault/credential.ts';
import { tableExists } from '../storage/table-exists.ts';
import { type AccountOwner, accountPlace } from './user-key.ts';

const TABLE = 'kept_credential';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    connection TEXT PRIMARY KEY,
    connected_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    credential BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const MISSING: ConnectionStatus = { state: 'missing', connectedAtMs: null, expiresAtMs: null };

/** The credentials of one owner, sealed. Times are Unix times in milliseconds. */
export class KeptCredentials {
  readonly #sql: SqlStorage;
  readonly #owner: AccountOwner;
  readonly #key: () => SealingKey;

  /** `key` makes the user's key where there is none yet, so it is only asked for when there is something to seal. */
  constructor(sql: SqlStorage, owner: AccountOwner, key: () => SealingKey) {
    this.#sql = sql;
    this.#owner = owner;
    this.#key = key;
  }

  put(connection: string, credential: Credential, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    const place = accountPlace(this.#owner, TABLE, connection, 'credential');
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${TABLE} (connection, connected_at_ms, expires_at_ms, credential) VALUES (?, ?, ?, ?)`,
      connection,
      nowMs,
      endOf(credential),
      sealJson(this.#key(), place, credential).buffer,
    );
  }

  /** @returns false where there was none. */
  remove(connection: string): boolean {
    if (!tableExists(this.#sql, TABLE)) return false;
    const { rowsWritten } = this.#sql.exec(`DELETE FROM ${TABLE} WHERE connection = ?`, connection);
    return rowsWritten > 0;
  }

  status(connection: string, nowMs: number): ConnectionStatus {
    if (!tableExists(this.#sql, TABLE)) return MISSING;
    const statement = `SELECT connected_at_ms, expires_at_ms FROM ${TABLE} WHERE connection = ?`;
    const [row] = this.#sql.exec<StatusRow>(statement, connection).toArray();
    if (!row) return MISSING;
    const isOver = row.expires_at_ms !== null && row.expires_at_ms <= nowMs;
    return {
      state: isOver ? 'dead' : 'connected',
      connectedAtMs: row.connected_at_ms,
      expiresAtMs: row.expires_at_ms,
    };
  }
}

/** When a credential is good for nothing any more; null where it can be renewed, or does not say. */
function endOf(credential: Credential): number | null {
  if (credential.kind !== 'oauth2' || credential.refreshToken !== null) return null;
  return credential.expiresAtMs;
}

type StatusRow = { connected_at_ms: number; expires_at_ms: number | null };
