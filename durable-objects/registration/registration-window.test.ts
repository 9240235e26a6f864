import { expect, test } from 'vitest';
import { QUOTA_WINDOW_MS } from '../../src/grants/registration-quota.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { RegistrationWindow } from './registration-window.ts';

const LIMITS = { REGISTRATIONS_PER_ADDRESS_PER_HOUR: 2, REGISTRATIONS_PER_HOUR: 5 };
const TAKEN = { isTaken: true };
const full = (setting: keyof typeof LIMITS, retryAfterSeconds: number) => ({
  isTaken: false,
  setting,
  retryAfterSeconds,
});

function opened() {
  const sql = new FakeStorage().sql as unknown as SqlStorage;
  const window = new RegistrationWindow(sql);
  const rows = () => sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM registration').one().n;
  const take = (tag: string, nowMs: number, limits = LIMITS) => window.take(tag, limits, nowMs);
  return { window, rows, take };
}

test('an address may register its limit within an hour, and others still may', () => {
  const { take } = opened();
  expect([take('a', 0), take('a', 1000)]).toEqual([TAKEN, TAKEN]);
  expect(take('a', 2000)).toEqual(full('REGISTRATIONS_PER_ADDRESS_PER_HOUR', 3598));
  expect(take('b', 2000)).toEqual(TAKEN);
});

test('all addresses together may register their limit', () => {
  const { take } = opened();
  for (const [index, tag] of ['a', 'b', 'c', 'd', 'e'].entries()) expect(take(tag, index)).toEqual(TAKEN);
  expect(take('f', 1000)).toEqual(full('REGISTRATIONS_PER_HOUR', 3599));
});

test('the window slides: a place is free when the registration that took it is an hour old, and not before', () => {
  const { take } = opened();
  take('a', 0);
  take('a', 1_800_000);
  expect(take('a', QUOTA_WINDOW_MS - 1)).toEqual(full('REGISTRATIONS_PER_ADDRESS_PER_HOUR', 1));
  expect(take('a', QUOTA_WINDOW_MS)).toEqual(TAKEN);
  expect(take('a', QUOTA_WINDOW_MS)).toEqual(full('REGISTRATIONS_PER_ADDRESS_PER_HOUR', 1800));
});

test('what is refused is not counted: it neither stores anything nor moves the time of the next place', () => {
  const { rows, take } = opened();
  take('a', 0);
  take('a', 0);
  for (let number = 0; number < 100; number++) take('a', 1000);
  expect(rows()).toBe(2);
  expect(take('a', QUOTA_WINDOW_MS)).toEqual(TAKEN);
});

test('a limit that was lowered holds at once, and its place is free when enough are over', () => {
  const { take } = opened();
  take('a', 0);
  take('a', 60_000);
  const lowered = { ...LIMITS, REGISTRATIONS_PER_ADDRESS_PER_HOUR: 1 };
  expect(take('a', 60_000, lowered)).toEqual(full('REGISTRATIONS_PER_ADDRESS_PER_HOUR', 3600));
});

test('what is over is deleted by the next registration of anybody', () => {
  const { rows, take } = opened();
  for (const tag of ['a', 'b', 'c']) take(tag, 0);
  take('d', QUOTA_WINDOW_MS);
  expect(rows()).toBe(1);
});

test('forgetting says when the rest is over, and asks for nothing when nothing is left or ever was', () => {
  const { window, rows, take } = opened();
  expect(window.forget(0)).toBeNull();
  take('a', 0);
  take('b', 5000);
  expect(window.forget(QUOTA_WINDOW_MS)).toBe(QUOTA_WINDOW_MS + 5000);
  expect([rows(), window.forget(QUOTA_WINDOW_MS + 5000), rows()]).toEqual([1, null, 0]);
});

test('no hour, whenever it begins, has more than its limit', () => {
  const { take } = opened();
  const takenMs: number[] = [];
  for (let nowMs = 0; nowMs < 4 * QUOTA_WINDOW_MS; nowMs += 97_000) {
    if (take(`tag-${nowMs % 7}`, nowMs).isTaken) takenMs.push(nowMs);
  }
  const inHourFrom = (startMs: number) =>
    takenMs.filter(atMs => atMs >= startMs && atMs < startMs + QUOTA_WINDOW_MS);
  expect(Math.max(...takenMs.map(startMs => inHourFrom(startMs).length))).toBe(LIMITS.REGISTRATIONS_PER_HOUR);
});
