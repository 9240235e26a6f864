import {
  addedDurations,
  bucketOf,
  type CounterName,
  DURATION_BOUNDS,
  type Durations,
  type Labels,
  type Level,
  type MetricBatch,
} from './metric.ts';

/** How many series are held until they are handed on; what would be one more is not counted. */
const MAX_SERIES = 5000;

/** What one Worker isolate has counted for one tenant and not handed on yet. In memory, and bounded. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #durations = new Map<string, Durations>();
  readonly #levels = new Map<string, Level>();

  get isEmpty(): boolean {
    return this.#counts.size + this.#durations.size + this.#levels.size === 0;
  }

  count(metric: CounterName, labels: Labels, by = 1): void {
    const key = JSON.stringify([metric, labels]);
    if (this.#hasRoom(this.#counts, key)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  took(labels: Labels, seconds: number): void {
    const counts = Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0);
    counts[bucketOf(seconds)] = 1;
    this.#took(labels, { counts, sumSeconds: seconds });
  }

  /** The last word of a source is the one that counts. */
  stands(level: Level): void {
    const key = JSON.stringify([level.metric, level.source]);
    if (this.#hasRoom(this.#levels, key)) this.#levels.set(key, level);
  }

  /** All of it; then nothing is left. */
  take(): MetricBatch {
    const counts = [...this.#counts].map(([key, value]) => {
      const [metric, labels] = JSON.parse(key) as [CounterName, Labels];
      return [metric, labels, value] as const;
    });
    const durations = [...this.#durations].map(([key, value]) => [JSON.parse(key) as Labels, value] as const);
    const levels = [...this.#levels.values()];
    for (const map of [this.#counts, this.#durations, this.#levels]) map.clear();
    return { counts, durations, levels };
  }

  /** Takes back what could not be handed on. What was said of levels meanwhile is newer. */
  putBack({ counts, durations, levels }: MetricBatch): void {
    for (const [metric, labels, value] of counts) this.count(metric, labels, value);
    for (const [labels, value] of durations) this.#took(labels, value);
    const newer = [...this.#levels.values()];
    for (const level of [...levels, ...newer]) this.stands(level);
  }

  #took(labels: Labels, durations: Durations): void {
    const key = JSON.stringify(labels);
    if (!this.#hasRoom(this.#durations, key)) return;
    this.#durations.set(key, addedDurations(this.#durations.get(key) ?? null, durations));
  }

  #hasRoom(map: ReadonlyMap<string, unknown>, key: string): boolean {
    return map.size < MAX_SERIES || map.has(key);
  }
}
