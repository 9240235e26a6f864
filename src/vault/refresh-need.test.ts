import { expect, test } from 'vitest';
import { REFUSED_AGAIN_MS, type RefreshFacts, type RefreshMoment, refreshNeed } from './refresh-need.ts';

const HOUR_MS = 3_600_000;
const FACTS: RefreshFacts = {
  contentVersion: 4,
  expiresAtMs: HOUR_MS,
  connectedAtMs: 0,
  refreshedAtMs: null,
  isRefreshable: true,
};
const MOMENT: RefreshMoment = { nowMs: 0, aheadMs: 60_000, refusedVersion: null };

test.each<[string, Partial<RefreshFacts>, Partial<RefreshMoment>, string]>([
  ['is young', {}, {}, 'none'],
  ['never ends', { expiresAtMs: null }, { nowMs: 9 * HOUR_MS }, 'none'],
  ['ends soon', {}, { nowMs: HOUR_MS - 60_000 }, 'useful'],
  ['ends a little later', {}, { nowMs: HOUR_MS - 60_001 }, 'none'],
  ['ends soon, and cannot be refreshed', { isRefreshable: false }, { nowMs: HOUR_MS - 1 }, 'none'],
  ['has ended', {}, { nowMs: HOUR_MS }, 'needed'],
  ['has ended, and cannot be refreshed', { isRefreshable: false }, { nowMs: HOUR_MS }, 'hopeless'],
  ['lives shorter than it is replaced ahead', { expiresAtMs: 30_000 }, { nowMs: 14_999 }, 'none'],
  ['lives shorter, and half of it is over', { expiresAtMs: 30_000 }, { nowMs: 15_000 }, 'useful'],
  ['was refused', {}, { refusedVersion: 4 }, 'needed'],
  ['was refused after it was sealed anew', {}, { refusedVersion: 6 }, 'needed'],
  ['was refused, and cannot be refreshed', { isRefreshable: false }, { refusedVersion: 4 }, 'hopeless'],
  ['is newer than the refused one', {}, { refusedVersion: 3 }, 'none'],
  [
    'was refused right after a refresh',
    { refreshedAtMs: 1 },
    { nowMs: REFUSED_AGAIN_MS, refusedVersion: 4 },
    'hopeless',
  ],
  [
    'was refused long after a refresh',
    { refreshedAtMs: 0 },
    { nowMs: REFUSED_AGAIN_MS, refusedVersion: 4 },
    'needed',
  ],
])('a credential that %s', (_what, facts, moment, need) => {
  expect(refreshNeed({ ...FACTS, ...facts }, { ...MOMENT, ...moment })).toBe(need);
});
