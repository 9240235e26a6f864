import { addedDurations, DURATION, type Durations } from '../../src/telemetry/metric.ts';
import type { MetricSnapshot } from '../../src/telemetry/metric-keeper.ts';
import type { Series, SeriesStore } from './series-store.ts';

/** The figures of series: they only grow, and outlive every isolate that counts. */
export class Figures {
  readonly #sql: SqlStorage;
  readonly #series: SeriesStore;

  constructor(sql: SqlStorage, series: SeriesStore) {
    this.#sql = sql;
    this.#series = series;
  }

  count({ id }: Series, by: number): void {
    this.#sql.exec('UPDATE series SET value = value + ? WHERE id = ?', by, id);
  }

  took({ id }: Series, more: Durations): void {
    const added = addedDurations(this.#figure(id).durations, more);
    const statement = 'UPDATE series SET value = ?, counts = ? WHERE id = ?';
    this.#sql.exec(statement, added.sumSeconds, JSON.stringify(added.counts), id);
  }

  all(): Pick<MetricSnapshot, 'counts' | 'durations'> {
    const figures = this.#series.all.map(series => ({ ...series, ...this.#figure(series.id) }));
    return {
      counts: figures.flatMap(({ metric, labels, value, durations }) =>
        durations === null && metric !== DURATION
          ? [[metric, labels, value] as MetricSnapshot['counts'][number]]
          : [],
      ),
      durations: figures.flatMap(({ labels, durations }) =>
        durations === null ? [] : [[labels, durations] as const],
      ),
    };
  }

  #figure(id: number): { readonly value: number; readonly durations: Durations | null } {
    const row = this.#sql.exec<FigureRow>('SELECT value, counts FROM series WHERE id = ?', id).one();
    const counts = row.counts === null ? null : (JSON.parse(row.counts) as number[]);
    return { value: row.value, durations: counts && { counts, sumSeconds: row.value } };
  }
}

type FigureRow = { value: number; counts: string | null };
