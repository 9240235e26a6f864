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
  const series: readonly Lines[] = [
    ...counts.map(
      ([metric, labels, value]) => [metric, [sample(metric, pairs(metric, labels), value)]] as const,
    ),
    ...durations.map(([labels, value]) => [DURATION, histogram(pairs(DURATION, labels), value)] as const),
    ...levels.map(([metric, value]) => [metric, [sample(metric, [], value)]] as const),
  ];
  const families = Map.groupBy(series, ([metric]) => metric);
  const lines = Object.entries(METRICS).flatMap(([name, { kind, help }]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${kind}`,
    // The lines of one series stay together, in their order.
    ...(families.get(name as MetricName) ?? []).toSorted(byFirstLine).flatMap(([, samples]) => samples),
  ]);
  return `${lines.join('\n')}\n`;
}

function byFirstLine([, [one = '']]: Lines, [, [other = '']]: Lines): number {
  return one < other ? -1 : 1;
}

type Lines = readonly [MetricName, readonly string[]];

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
