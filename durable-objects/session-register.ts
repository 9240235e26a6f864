import { reportFault } from '../src/errors.ts';
import type { GrantBound, OpenSession } from '../src/grants/open-sessions.ts';
import { tableExists } from './table-exists.ts';

const TABLE = 'installation_session';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    object TEXT PRIMARY KEY,
    installation_id TEXT NOT NULL
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

  opened({ object, installationId }: OpenSession): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${TABLE} (object, installation_id) VALUES (?, ?)`,
      object,
      installationId,
    );
  }

  closed(object: string): void {
    if (this.#exists()) this.#sql.exec(`DELETE FROM ${TABLE} WHERE object = ?`, object);
  }

  /** The installations that open sessions live by. */
  installations(): string[] {
    if (!this.#exists()) return [];
    const rows = this.#sql.exec<{ id: string }>(`SELECT DISTINCT installation_id AS id FROM ${TABLE}`);
    return rows.toArray().map(({ id }) => id);
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

  async #tellAll(installationId: string, tell: (session: GrantBound) => Promise<void>): Promise<void> {
    if (!this.#exists()) return;
    const rows = this.#sql
      .exec<{ object: string }>(`SELECT object FROM ${TABLE} WHERE installation_id = ?`, installationId)
      .toArray();
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

  #exists(): boolean {
    return tableExists(this.#sql, TABLE);
  }
}
