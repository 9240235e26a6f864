import { type Env, settingsOf } from '../env.ts';
import { reportFault } from '../errors.ts';
import type { CounterName, Labels, Level } from './metric.ts';
import { type MetricKeeper, metricKeeperOf } from './metric-keeper.ts';
import { Tally } from './tally.ts';

/** Keeps what is under way from being cut off: `waitUntil`. A Durable Object needs none: it lives as long as its timers. */
export type Hold = (until: Promise<unknown>) => void;

/** Whoever should have handed on within that time after it was due was cut off. In milliseconds. */
const LOST_AFTER_MS = 10_000;

/**
 * Counts for one tenant in the memory of a Worker isolate, and hands it on once in a while. Nobody waits for that; what the isolate had
 * counted in its last seconds is lost with it.
 */
export class Meter {
  readonly #keeper: () => Pick<MetricKeeper, 'addMetrics'>;
  readonly #tenant: string;
  readonly #flushMs: number;
  readonly #tally = new Tally();
  #dueAtMs = 0;

  constructor(tenant: string, flushMs: number, keeper: () => Pick<MetricKeeper, 'addMetrics'>) {
    this.#tenant = tenant;
    this.#flushMs = flushMs;
    this.#keeper = keeper;
  }

  count(hold: Hold, metric: CounterName, labels: Labels = [], by = 1): void {
    this.#tally.count(metric, labels, by);
    this.#schedule(hold);
  }

  took(hold: Hold, labels: Labels, seconds: number): void {
    this.#tally.took(labels, seconds);
    this.#schedule(hold);
  }

  stands(hold: Hold, level: Level): void {
    this.#tally.stands(level);
    this.#schedule(hold);
  }

  #schedule(hold: Hold): void {
    const nowMs = Date.now();
    // Who was to hand on may have been cut off with its request.
    if (this.#dueAtMs !== 0 && nowMs < this.#dueAtMs + LOST_AFTER_MS) return;
    this.#dueAtMs = nowMs + this.#flushMs;
    hold(this.#flushLater());
  }

  async #flushLater(): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, this.#flushMs));
    // From now on whoever counts sees to the next time.
    this.#dueAtMs = 0;
    const batch = this.#tally.take();
    try {
      await this.#keeper().addMetrics(this.#tenant, batch);
    } catch (error) {
      reportFault('metrics_not_kept', error);
      // They go with what comes next. Where only the answer was lost they count twice: figures may be that wrong, the trail is not.
      this.#tally.putBack(batch);
    }
  }
}

const MAX_METERS = 1000;
const meters = new WeakMap<Env, Map<string, Meter>>();

/** The meter of a tenant in this isolate. */
export function meterOf(env: Env, tenant: string): Meter {
  const known = meters.get(env) ?? new Map<string, Meter>();
  meters.set(env, known);
  const meter =
    known.get(tenant) ??
    new Meter(tenant, settingsOf(env).METRICS_FLUSH_MS, () => metricKeeperOf(env, tenant));
  if (known.size >= MAX_METERS && !known.has(tenant)) known.clear();
  known.set(tenant, meter);
  return meter;
}

/** For Durable Objects, see {@link Hold}. */
export const inObject: Hold = until => void until;
