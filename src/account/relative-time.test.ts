import { expect, test } from 'vitest';
import { relativeTime } from './relative-time.ts';

const NOW_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

test.each([
  [-5 * MINUTE_MS, 'just now'],
  [0, 'just now'],
  [MINUTE_MS - 1, 'just now'],
  [MINUTE_MS, '1 minute ago'],
  [59 * MINUTE_MS, '59 minutes ago'],
  [60 * MINUTE_MS, '1 hour ago'],
  [DAY_MS - 1, '23 hours ago'],
  [DAY_MS, '1 day ago'],
  [3.9 * DAY_MS, '3 days ago'],
  [45 * DAY_MS, '1 month ago'],
  [400 * DAY_MS, '1 year ago'],
])('%d milliseconds are %s', (agoMs, words) => {
  expect(relativeTime(NOW_MS - agoMs, NOW_MS)).toBe(words);
});
