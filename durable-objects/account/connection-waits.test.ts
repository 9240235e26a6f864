import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectionWaits } from './connection-waits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what is there already is not waited for', async () => {
  expect(await new ConnectionWaits().until('tracker', async () => true, 0)).toBe(true);
});

test('everybody who waits for a connection hears of it at once, and nobody else', async () => {
  const waits = new ConnectionWaits();
  const made = new Set<string>();
  const waiting = (id: string) => waits.until(id, async () => made.has(id), 1000);
  const [first, second, other] = [waiting('tracker'), waiting('tracker'), waiting('letters')];
  await vi.advanceTimersByTimeAsync(10);
  made.add('tracker');
  waits.changed('tracker');
  expect(await Promise.all([first, second])).toEqual([true, true]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await other).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('what changes while it is looked at is not missed', async () => {
  const waits = new ConnectionWaits();
  let looks = 0;
  const look = async () => {
    looks += 1;
    if (looks === 1) waits.changed('tracker');
    return looks > 1;
  };
  expect(await waits.until('tracker', look, 1000)).toBe(true);
});

test('a change that brings nothing is waited on further, to the end of the time', async () => {
  const waits = new ConnectionWaits();
  const waited = waits.until('tracker', async () => false, 1000);
  await vi.advanceTimersByTimeAsync(500);
  waits.changed('tracker');
  await vi.advanceTimersByTimeAsync(499);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await waited).toBe(false);
});
