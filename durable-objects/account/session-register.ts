import { reportFault } from '../../src/errors.ts';
import type { ConnectedSession } from '../../src/grants/connections.ts';
import {
  type GrantBound,
  type OpenSession,
  sessionPublicId,
  USE_NOTICE_MS,
} from '../../src/grants/open-sessions.ts';
import { tableExists } from '../storage/table-exists.ts';
import type { SessionLabels } from './session-labels.ts';

const TABLE = 'installation_session';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    object TEXT PRIMARY KEY,
    installation_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    revision TEXT NOT NULL,
    -- NULL for a home; else what the client said of itself, sealed.
    client BLOB,
    opened_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER NOT NULL,
    -- Set where the user has ended a home, until it opens its next stream.
    ended_at_ms INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/** One user's open sessions, by the installation that each lives by. */
export class SessionRegister {
  readonly #sql: SqlStorage;
  readonly #boundTo: (object: string) => GrantBound;

  constructor(sql: SqlStorage, boundTo: (object: string) => GrantBound) {
    this.#sql = sql;
    this.#boundTo = boundTo;
  }

  opened(session: OpenSession, labels: SessionLabels, nowMs: number): void {
    const { object, installationId, resource, revision, client } = session;
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT INTO ${TABLE} (object, installation_id, resource, revision, client, opened_at_ms, used_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (object) DO UPDATE SET used_at_ms = excluded.used_at_ms, ended_at_ms = NULL`,
      object,
      installationId,
      resource,
      revision,
      client && labels.seal(object, client),
      nowMs,
      nowMs,
    );
  }

  /** Notes that a session is in use, at most once a minute. */
  used(object: string, nowMs: number): void {
    if (!this.#exists()) return;
    const statement = `UPDATE ${TABLE} SET used_at_ms = ? WHERE object = ? AND used_at_ms <= ?`;
    this.#sql.exec(statement, nowMs, object, nowMs - USE_NOTICE_MS);
  }

  closed(object: string): void {
    if (this.#exists()) this.#sql.exec(`DELETE FROM ${TABLE} WHERE object = ?`, object);
  }

  /** How many 2025 sessions are open. */
  get count(): number {
    return this.#rows('client IS NOT NULL').length;
  }

  /** The installations that open sessions live by. */
  installations(): string[] {
    if (!this.#exists()) return [];
    const rows = this.#sql.exec<{ id: string }>(`SELECT DISTINCT installation_id AS id FROM ${TABLE}`);
    return rows.toArray().map(({ id }) => id);
  }

  /** Forgets 2025 sessions that were not used since then: they have ended by themselves, and told nobody. */
  forgetUnused(sinceMs: number): void {
    if (!this.#exists()) return;
    this.#sql.exec(`DELETE FROM ${TABLE} WHERE client IS NOT NULL AND used_at_ms < ?`, sinceMs);
  }

  /** The sessions of an installation as their user may see them, the one used last first. */
  list(installationId: string, labels: SessionLabels): ConnectedSession[] {
    return this.#rows('installation_id = ? AND ended_at_ms IS NULL', installationId).map(row => ({
      id: sessionPublicId(row.object),
      revision: row.revision,
      client: row.client && labels.open(row.object, row.client),
      openedAtMs: row.opened_at_ms,
      lastUsedAtMs: row.used_at_ms,
    }));
  }

  /** Ends one session by its public id. @returns false where there is none. @throws where it could not be told. */
  async end(id: string, nowMs: number): Promise<boolean> {
    const row = this.#rows('ended_at_ms IS NULL').find(({ object }) => sessionPublicId(object) === id);
    if (!row) return false;
    // The row stays until all is over: whatever ends the installation meanwhile must reach the session too.
    this.#markEnded(row.object, nowMs);
    try {
      await this.#boundTo(row.object).endWithGrant();
    } catch (error) {
      this.#markEnded(row.object, null);
      throw error;
    }
    // A home may open streams again, and says so then; it is not forgotten for one that came in between.
    if (row.client !== null) this.closed(row.object);
    return true;
  }

  /**
   * Ends the sessions of an installation whose grants have ended. Returns once all were told: a revocation is not
   * confirmed before it holds.
   */
  async endAll(installationId: string): Promise<void> {
    await this.#tellAll(installationId, session => session.endWithGrant());
    if (this.#exists()) this.#sql.exec(`DELETE FROM ${TABLE} WHERE installation_id = ?`, installationId);
  }

  /** Disconnects the readers of an installation, one of whose tokens has ended: they must come back with another. */
  hangUpAll(installationId: string): Promise<void> {
    return this.#tellAll(installationId, session => session.hangUp());
  }

  #markEnded(object: string, atMs: number | null): void {
    this.#sql.exec(`UPDATE ${TABLE} SET ended_at_ms = ? WHERE object = ?`, atMs, object);
  }

  async #tellAll(installationId: string, tell: (session: GrantBound) => Promise<void>): Promise<void> {
    const rows = this.#rows('installation_id = ?', installationId);
    await Promise.all(rows.map(({ object }) => this.#tell(object, tell)));
  }

  async #tell(object: string, tell: (session: GrantBound) => Promise<void>): Promise<void> {
    try {
      await tell(this.#boundTo(object));
    } catch (error) {
      // A session that cannot be told has no reader either; no token opens it any more.
      reportFault('session_not_ended', error);
    }
  }

  #rows(condition: string, ...bindings: string[]): SessionRow[] {
    if (!this.#exists()) return [];
    const statement = `SELECT * FROM ${TABLE} WHERE ${condition} ORDER BY used_at_ms DESC, object`;
    return this.#sql.exec<SessionRow>(statement, ...bindings).toArray();
  }

  #exists(): boolean {
    return tableExists(this.#sql, TABLE);
  }
}

type SessionRow = {
  object: string;
  revision: string;
  client: ArrayBuffer | null;
  opened_at_ms: number;
  used_at_ms: number;
};
