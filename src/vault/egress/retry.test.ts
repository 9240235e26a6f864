import { expect, test } from 'vitest';
import { type Attempt, retryDelayMs } from './retry.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 12);
const LIMITS = { maxRetries: 2, maxWaitMs: 5000 };
const delay = (change: Partial<Attempt>) =>
  retryDelayMs(
    { method: 'GET', status: 503, retryAfter: null, sent: 1, nowMs: NOW_MS, chance: 0, ...change },
    LIMITS,
  );

test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('a %s may be sent again', method => {
  expect(delay({ method })).toBe(200);
});

test.each(['POST', 'PATCH'])('a %s is sent once, whatever happens', method => {
  expect(delay({ method })).toBeNull();
  expect(delay({ method, status: null })).toBeNull();
  expect(delay({ method, retryAfter: '1' })).toBeNull();
});

test.each([429, 502, 503, 504, null])('%s is worth another attempt', status => {
  expect(delay({ status })).toBe(200);
});

test.each([200, 301, 304, 400, 401, 403, 404, 409, 500, 501])('%i is an answer', status => {
  expect(delay({ status })).toBeNull();
});

test('waits double, less up to half of them by chance, and there are so many of them', () => {
  expect(delay({ sent: 2 })).toBe(400);
  expect(delay({ sent: 2, chance: 1 })).toBe(200);
  expect(delay({ sent: 3 })).toBeNull();
});

test.each([
  ['0', 0],
  ['3', 3000],
  ['5', 5000],
  ['6', null],
  ['999999999', null],
  ['Wed, 25 Nov 2026 12:00:02 GMT', 2000],
  ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
  ['Wed, 25 Nov 2026 13:00:00 GMT', null],
  ['soon', 200],
  ['-1', 200],
  ['1.5', 200],
  ['Wed, never GMT', 200],
])('a third party that asks for %s is asked again after %s ms', (retryAfter, ms) => {
  expect(delay({ retryAfter })).toBe(ms);
});
