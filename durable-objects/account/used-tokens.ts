import type { SingleUseToken } from '../../src/grants/single-use.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS used_token (
    hash TEXT PRIMARY KEY,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** The single-use tokens that one account has taken, each until it is refused for its age anyhow. */
export class UsedTokens {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whether a token comes for the first time. In one turn, so that of many at once one is the first. */
  use({ hash, expiresAtMs }: SingleUseToken, nowMs: number): boolean {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('DELETE FROM used_token WHERE expires_at_ms < ?', nowMs);
    const statement =
      'INSERT INTO used_token (hash, expires_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING hash';
    return this.#sql.exec(statement, hash, expiresAtMs).toArray().length === 1;
  }
}
