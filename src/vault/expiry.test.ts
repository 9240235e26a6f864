import { expect, test } from 'vitest';
import { expiryOf } from './expiry.ts';

const NOW = 1_800_000_000_000;

test.each([
  [undefined, null],
  [0, NOW],
  [3600, NOW + 3_600_000],
  [3599.9999, NOW + 3_599_999],
  [1e13, null],
  [Number.MAX_SAFE_INTEGER, null],
  [2 ** 63, null],
  [Number.POSITIVE_INFINITY, null],
  [Number.NaN, null],
])('a token that is said to live for %s seconds ends at %s', (lifetimeSeconds, expiresAtMs) => {
  expect(expiryOf(lifetimeSeconds, NOW)).toBe(expiresAtMs);
});
