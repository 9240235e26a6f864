import { addedDurations, type Durations } from '../../src/telemetry/metric.ts';
import {
  STEP_SECONDS,
  type Step,
  type TrafficPoint,
  type TrafficQuery,
} from '../../src/telemetry/metric-keeper.ts';
import type { Series } from './series-store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS traffic (
    step_seconds INTEGER NOT NULL,
    -- When the step began, Unix time in seconds.
    at_s INTEGER NOT NULL,
    -- Of the duration of calls.
    series INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    -- JSON: a count for each bucket.
    counts TEXT NOT NULL,
    PRIMARY KEY (step_seconds, at_s, series)
  ) STRICT, WITHOUT ROWID;
`;

/** How long points are kept, in seconds. */
const KEPT_SECONDS: Readonly<Record<Step, number>> = { minute: 24 * 3600, hour: 30 * 24 * 3600 };

/** How many points of a step are kept at most: the oldest go first. */
const MAX_POINTS = 100_000;

const STEPS = Object.keys(STEP_SECONDS) as Step[];

/** Calls over time: for each minute of a day, and for each hour of 30 days. */
export class Timeline {
  readonly #sql: SqlStorage;
  #forgotAtMs = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(SCHEMA);
  }

  took(series: Series, durations: Durations, errors: number, nowMs: number): void {
    for (const step of STEPS) this.#add(step, series, durations, errors, nowMs);
    this.#forget(nowMs);
  }

  /** The latest first. */
  points(
    { step, sinceMs, limit }: TrafficQuery,
    named: ReadonlyMap<number, Pick<TrafficPoint, 'server' | 'kind' | 'tool'>>,
  ): TrafficPoint[] {
    const ids = JSON.stringify([...named.keys()]);
    return this.#sql
      .exec<PointRow>(
        `SELECT at_s, series, errors, counts FROM traffic
         WHERE step_seconds = ? AND at_s >= ? AND series IN (SELECT value FROM json_each(?))
         ORDER BY at_s DESC, series LIMIT ?`,
        STEP_SECONDS[step],
        Math.floor(sinceMs / 1000),
        ids,
        limit,
      )
      .toArray()
      .flatMap(({ at_s, series, errors, counts: text }) => {
        const name = named.get(series);
        const counts = JSON.parse(text) as number[];
        const calls = counts.reduce((sum, count) => sum + count, 0);
        return name ? [{ atMs: at_s * 1000, ...name, calls, errors, counts }] : [];
      });
  }

  #add(step: Step, { id }: Series, durations: Durations, errors: number, nowMs: number): void {
    const seconds = STEP_SECONDS[step];
    const place = [seconds, Math.floor(nowMs / 1000 / seconds) * seconds, id];
    const [row] = this.#sql
      .exec<PointRow>('SELECT * FROM traffic WHERE step_seconds = ? AND at_s = ? AND series = ?', ...place)
      .toArray();
    const known = row ? { counts: JSON.parse(row.counts) as number[], sumSeconds: 0 } : null;
    this.#sql.exec(
      'INSERT OR REPLACE INTO traffic (step_seconds, at_s, series, errors, counts) VALUES (?, ?, ?, ?, ?)',
      ...place,
      (row?.errors ?? 0) + errors,
      JSON.stringify(addedDurations(known, durations).counts),
    );
  }

  /** Once a minute at most. */
  #forget(nowMs: number): void {
    if (nowMs - this.#forgotAtMs < 60_000) return;
    this.#forgotAtMs = nowMs;
    for (const step of STEPS) {
      const seconds = STEP_SECONDS[step];
      const before = Math.floor(nowMs / 1000) - KEPT_SECONDS[step];
      this.#sql.exec('DELETE FROM traffic WHERE step_seconds = ? AND at_s < ?', seconds, before);
      this.#sql.exec(
        `DELETE FROM traffic WHERE step_seconds = ?1 AND at_s <= coalesce(
           (SELECT at_s FROM traffic WHERE step_seconds = ?1 ORDER BY at_s DESC LIMIT 1 OFFSET ?2), 0)`,
        seconds,
        MAX_POINTS,
      );
    }
  }
}

type PointRow = { at_s: number; series: number; errors: number; counts: string };
