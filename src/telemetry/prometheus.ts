import {
  DURATION,
  DURATION_BOUNDS,
  type Durations,
  type Labels,
  METRICS,
  type MetricName,
} from './metric.ts';
import type { MetricSnapshot } from './metric-keeper.ts';

/** The media type of {@link prometheusText} (Prometheus, "Exposition formats", text format 0.0.4). */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** All metrics in Prometheus' text format, also those that nothing was counted of. */
export function prometheusText({ counts, durations, levels }: MetricSnapshot): string {
  const samples = new Map<MetricName, string[]>();
  const add = (metric: MetricName, lines: readonly string[]) =>
    samples.set(metric, [...(samples.get(metric) ?? []), ...lines]);
  for (const [metric, values] of Map.groupBy(counts, ([name]) => name))
    add(
      metric,
      values.map(([, labels, value]) => sample(metric, pairs(metric, labels), value)),
    );
  add(
    DURATION,
    durations.flatMap(([labels, value]) => histogram(pairs(DURATION, labels), value)),
  );
  for (const [metric, value] of levels) add(metric, [sample(metric, [], value)]);
  const families = Object.entries(METRICS).map(([name, { kind, help }]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${kind}`,
    ...(samples.get(name as MetricName) ?? []).toSorted(),
  ]);
  return `${families.flat().join('\n')}\n`;
}

type Pair = readonly [name: string, value: string];

function pairs(metric: MetricName, labels: Labels): Pair[] {
  return METRICS[metric].labels.map((name, index) => [name, labels[index] ?? '']);
}

/** Buckets are added up: each holds those below it (Prometheus, "Histograms"). */
function histogram(labels: readonly Pair[], { counts, sumSeconds }: Durations): string[] {
  let sum = 0;
  const buckets = counts.map((count, index) => {
    sum += count;
    return sample(`${DURATION}_bucket`, [...labels, ['le', String(DURATION_BOUNDS[index] ?? '+Inf')]], sum);
  });
  return [
    ...buckets,
    sample(`${DURATION}_sum`, labels, sumSeconds),
    sample(`${DURATION}_count`, labels, sum),
  ];
}

function sample(name: string, labels: readonly Pair[], value: number): string {
  const said = labels.map(([label, text]) => `${label}="${escaped(text)}"`).join(',');
  return `${name}${said === '' ? '' : `{${said}}`} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
