import { tableExists } from '../storage/table-exists.ts';
import type { CounterState } from './counter.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS counter (
    key TEXT PRIMARY KEY,
    -- JSON, a CounterState.
    state TEXT NOT NULL,
    ends_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** The counters of one subject, as they are stored. */
export class CounterRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(key: string): CounterState | null {
    if (!this.#exists()) return null;
    const [row] = this.#sql.exec<StateRow>('SELECT state FROM counter WHERE key = ?', key).toArray();
    return row ? (JSON.parse(row.state) as CounterState) : null;
  }

  write(key: string, state: CounterState, endsAtMs: number): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT INTO counter (key, state, ends_at_ms) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET state = excluded.state, ends_at_ms = excluded.ends_at_ms`,
      key,
      JSON.stringify(state),
      endsAtMs,
    );
  }

  delete(key: string): void {
    if (this.#exists()) this.#sql.exec('DELETE FROM counter WHERE key = ?', key);
  }

  /** Deletes what is over. @returns when the last of the rest is, Unix time in milliseconds; null where nothing is left. */
  forget(nowMs: number): number | null {
    if (!this.#exists()) return null;
    this.#sql.exec('DELETE FROM counter WHERE ends_at_ms <= ?', nowMs);
    return this.#sql.exec<EndRow>('SELECT MAX(ends_at_ms) AS ends_at_ms FROM counter').one().ends_at_ms;
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'counter');
  }
}

type StateRow = { state: string };
type EndRow = { ends_at_ms: number | null };
