import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS audit_chain (
    chain TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
`;

/** The audit chains of an organisation. None is ever taken off: one that is gone from D1 must be missed. */
export class AuditChainList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(chain: string): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('INSERT OR IGNORE INTO audit_chain (chain) VALUES (?)', chain);
  }

  /** In the order of their names. */
  list(after: string, limit: number): string[] {
    if (!tableExists(this.#sql, 'audit_chain')) return [];
    return this.#sql
      .exec<{ chain: string }>(
        'SELECT chain FROM audit_chain WHERE chain > ? ORDER BY chain LIMIT ?',
        after,
        limit,
      )
      .toArray()
      .map(({ chain }) => chain);
  }
}
