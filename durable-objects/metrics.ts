import { DurableObject } from 'cloudflare:workers';
import { type Env, settingsOf } from '../src/env.ts';
import { DURATION, type Labels, type MetricBatch } from '../src/telemetry/metric.ts';
import type {
  MetricKeeper,
  MetricSnapshot,
  TrafficPoint,
  TrafficQuery,
} from '../src/telemetry/metric-keeper.ts';
import { Figures } from './metrics/figures.ts';
import { Levels } from './metrics/levels.ts';
import { SeriesStore } from './metrics/series-store.ts';
import { Timeline } from './metrics/timeline.ts';

/** Adds up what all isolates count for one tenant. It has no alarm: what is too old goes when something new comes. */
export class Metrics extends DurableObject<Env> implements MetricKeeper {
  #kept: { readonly series: SeriesStore; readonly figures: Figures; readonly timeline: Timeline } | undefined;

  async addMetrics(tenant: string, batch: MetricBatch): Promise<void> {
    const nowMs = Date.now();
    try {
      this.ctx.storage.transactionSync(() => this.#add(tenant, batch, nowMs));
    } catch (error) {
      // What it remembers of series may not be stored.
      this.#kept = undefined;
      throw error;
    }
  }

  async metricSnapshot(tenant: string): Promise<MetricSnapshot> {
    const { figures } = this.#open(tenant);
    return { ...figures.all(), levels: this.#levels.all(Date.now()) };
  }

  async traffic(tenant: string, query: TrafficQuery): Promise<TrafficPoint[]> {
    const { series, timeline } = this.#open(tenant);
    const named = series.all.flatMap(({ id, metric, labels }) => {
      const [server = '', kind = '', tool = ''] = labels;
      const isAsked = metric === DURATION && (query.server === null || query.server === server);
      return isAsked ? [[id, { server, kind, tool }] as const] : [];
    });
    return timeline.points(query, new Map(named));
  }

  #add(tenant: string, { counts, durations, levels }: MetricBatch, nowMs: number): void {
    const { series, figures, timeline } = this.#open(tenant);
    for (const [metric, labels, by] of counts) figures.count(series.of(metric, labels), by);
    for (const [labels, took] of durations) {
      const line = series.of(DURATION, labels);
      figures.took(line, took);
      timeline.took(line, took, errorsIn(counts, labels), nowMs);
    }
    for (const level of levels) this.#levels.stands(level, nowMs);
  }

  #open(tenant: string) {
    if (this.#kept) return this.#kept;
    const { sql } = this.ctx.storage;
    const { keyRing, METRICS_MAX_TOOLS_PER_SERVER } = settingsOf(this.env);
    const series = new SeriesStore(sql, keyRing, tenant, METRICS_MAX_TOOLS_PER_SERVER);
    this.#kept = { series, figures: new Figures(sql, series), timeline: new Timeline(sql) };
    return this.#kept;
  }

  get #levels(): Levels {
    return new Levels(this.ctx.storage.sql);
  }
}

/** Each call's error comes in the same batch as its duration. */
function errorsIn(counts: MetricBatch['counts'], [server, kind, tool]: Labels): number {
  const isOfTool = ([metric, labels]: MetricBatch['counts'][number]) =>
    metric === 'gatehouse_call_errors_total' &&
    labels[0] === server &&
    labels[1] === kind &&
    labels[2] === tool;
  return counts.filter(isOfTool).reduce((sum, [, , by]) => sum + by, 0);
}
