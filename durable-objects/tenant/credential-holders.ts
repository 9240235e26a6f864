import type { PageQuery } from '../../src/grants/tenant.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS credential_holder (
    subject TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
`;

/** In whose accounts of an organisation there are, or were, credentials of third parties. Nobody is ever taken off. */
export class HolderList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(subject: string): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('INSERT OR IGNORE INTO credential_holder (subject) VALUES (?)', subject);
  }

  /** In the order of their subjects. */
  list({ after, limit }: PageQuery): string[] {
    if (!tableExists(this.#sql, 'credential_holder')) return [];
    return this.#sql
      .exec<{ subject: string }>(
        'SELECT subject FROM credential_holder WHERE subject > ? ORDER BY subject LIMIT ?',
        after ?? '',
        limit,
      )
      .toArray()
      .map(({ subject }) => subject);
  }
}
