import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test } from 'vitest';
import type { Env } from '../src/env.ts';
import { settingsOf } from '../src/env.ts';
import { tenantObjectName } from '../src/session-key/internal-bearer.ts';
import { bucketOf, DURATION_BOUNDS, type MetricBatch } from '../src/telemetry/metric.ts';
import { metricKeeperOf } from '../src/telemetry/metric-keeper.ts';

const bindings = env as unknown as Env;
const keeper = () => metricKeeperOf(bindings, 'acme');
const stub = () => bindings.METRICS.getByName(tenantObjectName('acme'));

afterEach(() => reset());

function batchOf(tool: string, { errors = 0 } = {}): MetricBatch {
  const labels = ['notes', 'tool', tool];
  const counts = Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0);
  counts[bucketOf(0.2)] = 1;
  return {
    counts: [
      ['gatehouse_calls_total', labels, 1],
      ...(errors > 0 ? [['gatehouse_call_errors_total', [...labels, 'tool_error'], errors] as const] : []),
    ],
    durations: [[labels, { counts, sumSeconds: 0.2 }]],
    levels: [],
  };
}

test('figures are added up, and outlive the object', async () => {
  await keeper().addMetrics('acme', batchOf('add'));
  await evictDurableObject(stub());
  await keeper().addMetrics('acme', batchOf('add'));
  const { counts, durations } = await keeper().metricSnapshot('acme');
  expect(counts).toEqual([['gatehouse_calls_total', ['notes', 'tool', 'add'], 2]]);
  expect(durations).toEqual([[['notes', 'tool', 'add'], expect.objectContaining({ sumSeconds: 0.4 })]]);
});

test('tools beyond those that are told apart are counted as one', async () => {
  const { METRICS_MAX_TOOLS_PER_SERVER: max } = settingsOf(bindings);
  for (let tool = 0; tool < max + 20; tool += 1) await keeper().addMetrics('acme', batchOf(`t${tool}`));
  await evictDurableObject(stub());
  await keeper().addMetrics('acme', batchOf('one more'));
  const { counts } = await keeper().metricSnapshot('acme');
  expect(counts).toHaveLength(max + 1);
  expect(counts.find(([, labels]) => labels[2] === 'other')?.[2]).toBe(21);
});

test('calls and errors are told over time, of the server that is asked for', async () => {
  await keeper().addMetrics('acme', batchOf('add', { errors: 1 }));
  const query = { sinceMs: 0, server: null, limit: 10 };
  for (const step of ['minute', 'hour'] as const) {
    const [point, ...others] = await keeper().traffic('acme', { ...query, step });
    expect(others).toEqual([]);
    expect(point).toMatchObject({ server: 'notes', kind: 'tool', tool: 'add', calls: 1, errors: 1 });
  }
  expect(await keeper().traffic('acme', { ...query, step: 'minute', server: 'other' })).toEqual([]);
});

test('a level that is not said again in time is not counted any more', async () => {
  const level = { metric: 'gatehouse_open_sessions', value: 1 } as const;
  const untilMs = Date.now() + 60_000;
  const levels = [
    { ...level, source: 'a', untilMs },
    { ...level, source: 'b', untilMs },
    { ...level, source: 'c', untilMs: Date.now() - 1 },
  ];
  await keeper().addMetrics('acme', { counts: [], durations: [], levels });
  const open = async () =>
    new Map((await keeper().metricSnapshot('acme')).levels).get('gatehouse_open_sessions');
  expect(await open()).toBe(2);
  await keeper().addMetrics('acme', {
    counts: [],
    durations: [],
    levels: [{ ...level, source: 'a', untilMs, value: 0 }],
  });
  expect(await open()).toBe(1);
});

test('names of tools are sealed, and it has no alarm', async () => {
  await keeper().addMetrics('acme', batchOf('canary-tool'));
  await runInDurableObject(stub(), async (_metrics, { storage }) => {
    const rows = storage.sql.exec('SELECT CAST(labels AS TEXT) AS labels, * FROM series').toArray();
    expect(JSON.stringify(rows)).not.toContain('canary');
    expect(await storage.getAlarm()).toBeNull();
  });
});
