import { USE_NOTICE_MS } from '../../src/grants/open-sessions.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS installation (
    id TEXT PRIMARY KEY,
    connected_at_ms INTEGER NOT NULL,
    -- NULL where no token was ever used.
    used_at_ms INTEGER,
    -- NULL while its grants live.
    ended_at_ms INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/** How long an end is remembered: longer than any request takes that was admitted before it. */
const ENDED_KEPT_MS = 3600_000;

/** How long an installation that nobody uses is remembered: grants that are not used end after a month. */
const UNUSED_KEPT_MS = 90 * 24 * 3600_000;

/** When an installation was connected and last used. Unix times in milliseconds. */
export interface InstallationTimes {
  readonly connectedAtMs: number;
  readonly usedAtMs: number | null;
}

/**
 * When the installations of one user were connected, used and ended. An end is remembered for a while, so that what was
 * under way when it came, such as a refresh or a session that was being opened, does not survive it.
 */
export class InstallationLog {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  connected(id: string, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    if (this.#row(id)) return;
    this.#forgetOld(nowMs);
    this.#sql.exec('INSERT OR IGNORE INTO installation (id, connected_at_ms) VALUES (?, ?)', id, nowMs);
  }

  /** Notes that an installation is in use, at most once a minute. */
  used(id: string, nowMs: number): void {
    if (!this.#exists()) return;
    const statement =
      'UPDATE installation SET used_at_ms = ? WHERE id = ? AND (used_at_ms IS NULL OR used_at_ms <= ?)';
    this.#sql.exec(statement, nowMs, id, nowMs - USE_NOTICE_MS);
  }

  ended(id: string, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT INTO installation (id, connected_at_ms, ended_at_ms) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET ended_at_ms = excluded.ended_at_ms`,
      id,
      nowMs,
      nowMs,
    );
  }

  /** Whether an installation has ended: then nothing of it may come into being any more. */
  hasEnded(id: string): boolean {
    return this.#row(id)?.ended_at_ms != null;
  }

  timesOf(id: string): InstallationTimes | undefined {
    const row = this.#row(id);
    return row && { connectedAtMs: row.connected_at_ms, usedAtMs: row.used_at_ms };
  }

  #row(id: string): InstallationRow | undefined {
    if (!this.#exists()) return undefined;
    return this.#sql.exec<InstallationRow>('SELECT * FROM installation WHERE id = ?', id).toArray()[0];
  }

  #forgetOld(nowMs: number): void {
    this.#sql.exec('DELETE FROM installation WHERE ended_at_ms < ?', nowMs - ENDED_KEPT_MS);
    const statement = 'DELETE FROM installation WHERE COALESCE(used_at_ms, connected_at_ms) < ?';
    this.#sql.exec(statement, nowMs - UNUSED_KEPT_MS);
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'installation');
  }
}

type InstallationRow = { connected_at_ms: number; used_at_ms: number | null; ended_at_ms: number | null };
