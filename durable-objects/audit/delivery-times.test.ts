import { expect, test } from 'vitest';
import { firstDelivery, nextTry } from './delivery-times.ts';

const NOW_MS = 1_000_000;

test('an event gathers others for a second, unless a delivery is coming', () => {
  expect(firstDelivery(null, NOW_MS)).toBe(NOW_MS + 1000);
  expect(firstDelivery(NOW_MS + 300_000, NOW_MS)).toBeNull();
  expect(firstDelivery(NOW_MS - 59_999, NOW_MS)).toBeNull();
});

test('a delivery that should have been long ago is set anew', () => {
  expect(firstDelivery(NOW_MS - 60_000, NOW_MS)).toBe(NOW_MS + 1000);
});

test('each failure doubles the wait, up to five minutes, less up to half by chance', () => {
  const waits = [1, 2, 3, 8, 9, 50, 2000].map(failures => nextTry(failures, NOW_MS, 0) - NOW_MS);
  expect(waits).toEqual([2000, 4000, 8000, 256_000, 300_000, 300_000, 300_000]);
  expect(nextTry(1, NOW_MS, 1) - NOW_MS).toBe(1000);
});
