import parse from 'parse-prometheus-text-format';
import { expect, test } from 'vitest';
import { METRICS } from './metric.ts';
import { prometheusText } from './prometheus.ts';

const LABELS = ['memory', 'tool', 'add_note'];

test('every metric is described, also before anything was counted', () => {
  const families = parse(prometheusText({ counts: [], durations: [], levels: [] }));
  const described = families.map(({ name, type, help }) => [name, type, help]);
  expect(described).toEqual(
    Object.entries(METRICS).map(([name, { kind, help }]) => [name, kind.toUpperCase(), help]),
  );
});

test('a histogram is read with buckets that hold those below them', () => {
  const counts = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3];
  const text = prometheusText({
    counts: [],
    durations: [[LABELS, { counts, sumSeconds: 200.5 }]],
    levels: [],
  });
  const family = parse(text).find(({ name }) => name === 'gatehouse_call_duration_seconds');
  expect(family?.metrics).toEqual([
    {
      labels: { server: 'memory', kind: 'tool', tool: 'add_note' },
      buckets: expect.objectContaining({ '0.01': '1', '0.025': '3', '60': '3', '+Inf': '6' }),
      count: '6',
      sum: '200.5',
    },
  ]);
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
