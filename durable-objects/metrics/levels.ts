import type { GaugeName, Level } from '../../src/telemetry/metric.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS level (
    metric TEXT NOT NULL,
    -- A digest of whose level it is.
    source TEXT NOT NULL,
    value REAL NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (metric, source)
  ) STRICT, WITHOUT ROWID;
`;

/** How many sources a gauge adds up at most. */
const MAX_SOURCES = 100_000;

const GAUGES: readonly GaugeName[] = [
  'gatehouse_audit_outbox_waiting',
  'gatehouse_open_sessions',
  'gatehouse_open_streams',
];

/** How things stand, as objects have last said it; what is not said again in time is not counted any more. */
export class Levels {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(SCHEMA);
  }

  stands({ metric, source, value, untilMs }: Level, nowMs: number): void {
    if (value === 0) this.#sql.exec('DELETE FROM level WHERE metric = ? AND source = ?', metric, source);
    else if (this.#hasRoom(nowMs))
      this.#sql.exec('INSERT OR REPLACE INTO level VALUES (?, ?, ?, ?)', metric, source, value, untilMs);
  }

  all(nowMs: number): (readonly [GaugeName, number])[] {
    return GAUGES.map(metric => {
      const statement = 'SELECT sum(value) AS sum FROM level WHERE metric = ? AND until_ms > ?';
      return [metric, this.#sql.exec<{ sum: number | null }>(statement, metric, nowMs).one().sum ?? 0];
    });
  }

  #hasRoom(nowMs: number): boolean {
    const count = () => this.#sql.exec<{ count: number }>('SELECT count(*) AS count FROM level').one().count;
    if (count() < MAX_SOURCES) return true;
    this.#sql.exec('DELETE FROM level WHERE until_ms <= ?', nowMs);
    return count() < MAX_SOURCES;
  }
}
