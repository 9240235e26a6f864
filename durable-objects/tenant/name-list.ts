import type { PageQuery } from '../../src/grants/tenant.ts';
import { tableExists } from '../storage/table-exists.ts';

/**
 * The lists of names that an organisation keeps, by table, with the column that holds the name. None is ever taken off: a
 * credential that is gone must still be looked for.
 */
const COLUMNS = {
  /** In whose accounts there are, or were, credentials of third parties. */
  credential_holder: 'subject',
} as const;

/** One list of names. */
export class NameList {
  readonly #sql: SqlStorage;
  readonly #table: keyof typeof COLUMNS;

  constructor(sql: SqlStorage, table: keyof typeof COLUMNS) {
    this.#sql = sql;
    this.#table = table;
  }

  add(name: string): void {
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS ${this.#table} (
      ${this.#column} TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID`);
    this.#sql.exec(`INSERT OR IGNORE INTO ${this.#table} (${this.#column}) VALUES (?)`, name);
  }

  /** In the order of the names. */
  list({ after, limit }: PageQuery): string[] {
    if (!tableExists(this.#sql, this.#table)) return [];
    const statement = `SELECT ${this.#column} AS name FROM ${this.#table} WHERE ${this.#column} > ? ORDER BY name LIMIT ?`;
    const rows = this.#sql.exec<{ name: string }>(statement, after ?? '', limit).toArray();
    return rows.map(({ name }) => name);
  }

  get #column(): string {
    return COLUMNS[this.#table];
  }
}
