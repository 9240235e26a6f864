import { expect, test } from 'vitest';
import { isLegacyRevision, isSince, LEGACY_REVISIONS, negotiate, REVISIONS } from './revision.ts';

test('every revision served is listed once, newest first', () => {
  expect(REVISIONS).toEqual(['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26']);
});

test.each(LEGACY_REVISIONS)('a client that asks for %s gets it', revision => {
  expect(negotiate(revision)).toBe(revision);
  expect(isLegacyRevision(revision)).toBe(true);
});

test.each(['2026-07-28', '2024-11-05', '2099-01-01', '', null, undefined, 20251125, {}])(
  'a client that asks for %j at initialize gets our newest of that era',
  requested => {
    expect(negotiate(requested)).toBe('2025-11-25');
  },
);

test.each(['2026-07-28', '2024-11-05', '', null, undefined])('%j is no 2025 revision', version => {
  expect(isLegacyRevision(version)).toBe(false);
});

test('a revision is at least as new as itself and as older ones', () => {
  expect(isSince('2025-06-18', '2025-06-18')).toBe(true);
  expect(isSince('2025-11-25', '2025-06-18')).toBe(true);
  expect(isSince('2025-03-26', '2025-06-18')).toBe(false);
});
