import { expect, test } from 'vitest';
import type { Proof } from '../../src/grants/proof.ts';
import { fakeSql } from '../storage/storage.fake.ts';
import { UserAccessRecord } from './user-access.ts';

const NOW = 1_000_000;
const SKEW_MS = 30_000;

const isGood = (
  access: UserAccessRecord,
  provedAtMs: number,
  nowMs: number,
  clock: Proof['clock'] = 'ours',
) => access.isProofGood({ provedAtMs, clock }, nowMs);

test('before anything was ended every proof is good, and nothing is stored', () => {
  const sql = fakeSql();
  const access = new UserAccessRecord(sql);
  expect([isGood(access, 1, NOW), isGood(access, NOW, NOW), access.signInTime(NOW)]).toEqual([
    true,
    true,
    NOW,
  ]);
  expect(sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([]);
});

test.each([
  ['of the far future', NOW + SKEW_MS + 1],
  ['of no time', Number.NaN],
  ['of all times', Number.POSITIVE_INFINITY],
])('a proof %s is not good', (_what, provedAtMs) => {
  expect(isGood(new UserAccessRecord(fakeSql()), provedAtMs, NOW)).toBe(false);
});

test('an end makes earlier proofs worthless, to the millisecond, and later ones are good', () => {
  const access = new UserAccessRecord(fakeSql());
  access.end(NOW);
  expect([NOW - 1, NOW, NOW + 1].map(at => isGood(access, at, NOW + 1))).toEqual([false, false, true]);
});

test('a sign-in after an end counts from after it, whatever the clock says', () => {
  const access = new UserAccessRecord(fakeSql());
  access.end(NOW);
  for (const clock of [NOW - 5000, NOW]) {
    expect(access.signInTime(clock)).toBe(NOW + 1);
    expect(isGood(access, NOW + 1, clock)).toBe(true);
  }
  access.end(NOW - 5000);
  expect(isGood(access, NOW, NOW)).toBe(false);
});

test('while suspended no proof counts and nobody signs in; restoring brings no earlier proof back', () => {
  const sql = fakeSql();
  new UserAccessRecord(sql).suspend(NOW);
  const access = new UserAccessRecord(sql);
  expect([access.isSuspended, isGood(access, NOW + 1, NOW + 1), access.signInTime(NOW + 1)]).toEqual([
    true,
    false,
    null,
  ]);
  access.end(NOW + 1);
  expect(access.isSuspended).toBe(true);
  access.restore();
  expect([NOW + 1, NOW + 2].map(at => isGood(access, at, NOW + 2))).toEqual([false, true]);
  expect(access.isSuspended).toBe(false);
});

test('a proof that was good before an end is not good after it, though the clock of who made it is ahead', () => {
  const access = new UserAccessRecord(fakeSql());
  const provedAtMs = NOW + SKEW_MS / 2;
  expect(isGood(access, provedAtMs, NOW, 'foreign')).toBe(true);
  access.end(NOW + 1000);
  expect(isGood(access, provedAtMs, NOW + 1001, 'foreign')).toBe(false);
  const [last, next] = [NOW + 1000 + SKEW_MS, NOW + 1001 + SKEW_MS];
  expect([last, next].map(at => isGood(access, at, next, 'foreign'))).toEqual([false, true]);
});

test('what a proof belongs to can end alone', () => {
  const access = new UserAccessRecord(fakeSql());
  const good = (sourceEndedAtMs: number) =>
    access.isProofGood({ provedAtMs: NOW, clock: 'ours' }, NOW, sourceEndedAtMs);
  expect([0, NOW - 1, NOW, NOW + 1].map(good)).toEqual([true, true, false, false]);
});
