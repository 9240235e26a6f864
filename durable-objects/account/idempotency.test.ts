import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { IDEMPOTENCY_TTL_MS } from '../../src/grants/idempotency.ts';
import { fakeSql } from '../storage/storage.fake.ts';
import { KeyedRequests, MAX_KEPT_ANSWER, MAX_KEYED_REQUESTS } from './idempotency.ts';

const KEY = { kid: 'data', key: new Uint8Array(randomBytes(32)) };
const request = { key: 'k', request: 'r' };
const answer = { status: 200, headers: {}, body: '{"version":"canary"}' };

function requests(sql = fakeSql()) {
  return new KeyedRequests(sql, { tenant: 't', subject: 's' }, () => KEY);
}

test('a request is new once, runs, and is answered again until its day is over', () => {
  const kept = requests();
  expect(kept.begin(request, 0).state).toBe('new');
  expect(kept.begin(request, 1000).state).toBe('running');
  kept.end(request, answer, 2000);
  expect(kept.begin(request, 3000)).toEqual({ state: 'answered', answer });
  expect(kept.begin({ ...request, request: 'another' }, 3000).state).toBe('other');
  expect(kept.begin(request, 2000 + IDEMPOTENCY_TTL_MS).state).toBe('new');
});

test('what was begun and never ended is unknown, by another object after a crash too, and not done again', () => {
  const sql = fakeSql();
  requests(sql).begin(request, 0);
  expect(requests(sql).begin(request, 60_000).state).toBe('running');
  expect(requests(sql).begin(request, 600_000).state).toBe('unknown');
});

test('what was not done may come again', () => {
  const kept = requests();
  kept.begin(request, 0);
  kept.end(request, null, 1);
  expect(kept.begin(request, 2).state).toBe('new');
});

test('an answer that is too large is not kept, and said to be', () => {
  const kept = requests();
  kept.begin(request, 0);
  kept.end(request, { ...answer, body: 'x'.repeat(MAX_KEPT_ANSWER + 1) }, 1);
  expect(kept.begin(request, 2).state).toBe('large');
});

test('only so many are remembered, and neither requests nor answers can be read', () => {
  const sql = fakeSql();
  const kept = requests(sql);
  for (let i = 0; i < MAX_KEYED_REQUESTS; i++) kept.begin({ key: `k${i}`, request: 'canary' }, 0);
  expect(kept.begin({ key: 'more', request: 'r' }, 0).state).toBe('full');
  const rows = sql.exec<{ request: ArrayBuffer }>('SELECT request FROM keyed_request LIMIT 1').toArray();
  expect(Buffer.from(rows[0]?.request ?? new ArrayBuffer(0)).toString()).not.toContain('canary');
});
