import { reportFault } from '../src/errors.ts';
import type { GrantBound, OpenSession } from '../src/grants/open-sessions.ts';
import { tableExists } from './table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS open_session (
    object TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** The key of a grant or of one of its access tokens. */
const GRANT_KEY = /^(grant|token):[^:]*:([^:]*)/;

/** One user's open sessions, by the grant that each lives by. */
export class SessionRegister {
  readonly #sql: SqlStorage;
  readonly #boundTo: (object: string) => GrantBound;

  constructor(sql: SqlStorage, boundTo: (object: string) => GrantBound) {
    this.#sql = sql;
    this.#boundTo = boundTo;
  }

  opened({ object, grantId }: OpenSession): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('INSERT OR REPLACE INTO open_session (object, grant_id) VALUES (?, ?)', object, grantId);
  }

  closed(object: string): void {
    if (this.#exists()) this.#sql.exec('DELETE FROM open_session WHERE object = ?', object);
  }

  /**
   * Tells the sessions of a grant that it has ended, or that one of its tokens has. Returns once all were told: a
   * revocation is not confirmed before it holds.
   */
  async recordDeleted(key: string): Promise<void> {
    const [, kind, grantId] = GRANT_KEY.exec(key) ?? [];
    if (grantId === undefined || !this.#exists()) return;
    const rows = this.#sql
      .exec<{ object: string }>('SELECT object FROM open_session WHERE grant_id = ?', grantId)
      .toArray();
    await Promise.all(rows.map(({ object }) => this.#tell(object, kind === 'grant')));
    if (kind === 'grant') this.#sql.exec('DELETE FROM open_session WHERE grant_id = ?', grantId);
  }

  async #tell(object: string, isOver: boolean): Promise<void> {
    try {
      const session = this.#boundTo(object);
      await (isOver ? session.endWithGrant() : session.hangUp());
    } catch (error) {
      // A session that cannot be told has no reader either; no token opens it any more.
      reportFault('session_not_ended', error);
    }
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'open_session');
  }
}
