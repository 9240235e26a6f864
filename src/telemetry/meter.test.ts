import { expect, onTestFinished, test, vi } from 'vitest';
import { inObject, Meter } from './meter.ts';
import { bucketOf, type MetricBatch, quantileOf } from './metric.ts';

/** A keeper that fails as often as is said before it takes anything. */
function keeperOf(failures = 0) {
  const batches: MetricBatch[] = [];
  let left = failures;
  const addMetrics = async (_tenant: string, batch: MetricBatch) => {
    left -= 1;
    if (left >= 0) throw new Error('away');
    batches.push(batch);
  };
  return { batches, addMetrics };
}

function meterFor(keeper: ReturnType<typeof keeperOf>): Meter {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  return new Meter('acme', 5000, () => keeper);
}

test('many calls are handed on as one batch, after a while', async () => {
  const keeper = keeperOf();
  const meter = meterFor(keeper);
  const held: Promise<unknown>[] = [];
  for (let call = 0; call < 100; call += 1) {
    meter.count(until => held.push(until), 'gatehouse_calls_total', ['memory', 'tool', 'add']);
    meter.took(until => held.push(until), ['memory', 'tool', 'add'], 0.02);
  }
  expect(held).toHaveLength(1);
  expect(keeper.batches).toEqual([]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(keeper.batches).toHaveLength(1);
  const [{ counts, durations } = { counts: [], durations: [] }] = keeper.batches;
  expect(counts).toEqual([['gatehouse_calls_total', ['memory', 'tool', 'add'], 100]]);
  expect(durations[0]?.[1].counts[bucketOf(0.02)]).toBe(100);
});

test('what could not be handed on goes with the next batch', async () => {
  const fault = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => fault.mockRestore());
  const keeper = keeperOf(1);
  const meter = meterFor(keeper);
  meter.count(inObject, 'gatehouse_spans_dropped_total', [], 2);
  await vi.advanceTimersByTimeAsync(5000);
  meter.count(inObject, 'gatehouse_spans_dropped_total', [], 3);
  await vi.advanceTimersByTimeAsync(5000);
  expect(keeper.batches.map(({ counts }) => counts)).toEqual([[['gatehouse_spans_dropped_total', [], 5]]]);
});

test('of a level the last word counts', async () => {
  const keeper = keeperOf();
  const meter = meterFor(keeper);
  const level = { metric: 'gatehouse_open_sessions', source: 'a', untilMs: 1 } as const;
  meter.stands(inObject, { ...level, value: 1 });
  meter.stands(inObject, { ...level, value: 0 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(keeper.batches[0]?.levels).toEqual([{ ...level, value: 0 }]);
});

test('the batch of a request that was cut off does not stop the next', async () => {
  const keeper = keeperOf();
  const meter = meterFor(keeper);
  meter.count(inObject, 'gatehouse_spans_dropped_total');
  vi.clearAllTimers();
  vi.setSystemTime(Date.now() + 20_000);
  meter.count(inObject, 'gatehouse_spans_dropped_total');
  await vi.advanceTimersByTimeAsync(5000);
  expect(keeper.batches[0]?.counts).toEqual([['gatehouse_spans_dropped_total', [], 2]]);
});

test('a quantile is the bound of its bucket', () => {
  const counts = [50, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5];
  expect(quantileOf(counts, 0.5)).toBe(0.01);
  expect(quantileOf(counts, 0.95)).toBe(0.05);
  expect(quantileOf(counts, 0.99)).toBeNull();
  expect(quantileOf([], 0.5)).toBeNull();
});
