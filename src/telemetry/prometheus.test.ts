import parse from 'parse-prometheus-text-format';
import { expect, test } from 'vitest';
import { DURATION, DURATION_BOUNDS, METRICS } from './metric.ts';
import { prometheusText } from './prometheus.ts';

test('every metric is described, also before anything was counted', () => {
  const families = parse(prometheusText({ counts: [], durations: [], levels: [] }));
  const described = families.map(({ name, type, help }) => [name, type, help]);
  expect(described).toEqual(
    Object.entries(METRICS).map(([name, { kind, help }]) => [name, kind.toUpperCase(), help]),
  );
});

/** The parser takes the labels of histograms away, so it is told nothing of their kind: then it reads each line as it is. */
function samplesIn(text: string, name: string) {
  const families = parse(text.replaceAll(' histogram\n', ' untyped\n'));
  return families.filter(family => family.name === name).flatMap(({ metrics }) => metrics);
}

test('the buckets of a histogram hold those below them, for each tool', () => {
  const counts = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3];
  const tools = ['b', 'a'].map(tool => ({ server: 'memory', kind: 'tool', tool }));
  const durations = tools.map(labels => [Object.values(labels), { counts, sumSeconds: 200.5 }] as const);
  const text = prometheusText({ counts: [], durations, levels: [] });
  const sums = ['1', ...Array.from({ length: 11 }, () => '3'), '6'];
  const les = [...DURATION_BOUNDS.map(String), '+Inf'];
  expect(samplesIn(text, `${DURATION}_bucket`)).toEqual(
    tools
      .toReversed()
      .flatMap(labels => sums.map((value, index) => ({ labels: { ...labels, le: les[index] }, value }))),
  );
  expect(samplesIn(text, `${DURATION}_count`)).toEqual(
    tools.toReversed().map(labels => ({ labels, value: '6' })),
  );
  expect(samplesIn(text, `${DURATION}_sum`)).toEqual(
    tools.toReversed().map(labels => ({ labels, value: '200.5' })),
  );
});

test.each([
  ['quotes', 'a "rule"'],
  ['a backslash', 'a\\nb\\'],
  ['a line break', 'one\ngatehouse_calls_total 9'],
  ['braces and commas', 'x="1",y}'],
])('what is in a label stays in it: %s', (_what, rule) => {
  const text = prometheusText({
    counts: [['gatehouse_policy_denials_total', [rule], 7]],
    durations: [],
    levels: [],
  });
  const family = parse(text).find(({ name }) => name === 'gatehouse_policy_denials_total');
  expect(family?.metrics).toEqual([{ labels: { rule }, value: '7' }]);
  expect(parse(text).find(({ name }) => name === 'gatehouse_calls_total')?.metrics).toEqual([]);
});
