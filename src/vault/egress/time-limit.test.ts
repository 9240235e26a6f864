import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeLimit, waited } from './time-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('aborts when the time is over, for its reason', () => {
  const limit = new TimeLimit(1000, new Error('too slow'));
  vi.advanceTimersByTime(999);
  expect(limit.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(limit.signal.reason).toEqual(new Error('too slow'));
});

test('what is done in time is not aborted', () => {
  const limit = new TimeLimit(1000, new Error('too slow'));
  limit.end();
  vi.advanceTimersByTime(5000);
  expect(limit.signal.aborted).toBe(false);
});

test('a failure ends what is under way, and is told as what it came from', () => {
  const early = new TimeLimit(1000, new Error('too slow'));
  expect(early.fail(new Error('broken'))).toEqual(new Error('broken'));
  expect(early.signal.aborted).toBe(true);
  const late = new TimeLimit(1000, new Error('too slow'));
  vi.advanceTimersByTime(1000);
  expect(late.fail(new Error('connection lost'))).toEqual(new Error('too slow'));
});

test('a wait ends after its time, and leaves nothing behind', async () => {
  const { signal } = new AbortController();
  const wait = waited(1000, signal);
  vi.advanceTimersByTime(1000);
  await expect(wait).resolves.toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

test('a wait ends with what it is for, before or meanwhile', async () => {
  const ended = new AbortController();
  const wait = waited(1000, ended.signal);
  ended.abort(new Error('ended'));
  await expect(wait).rejects.toThrow('ended');
  await expect(waited(1000, ended.signal)).rejects.toThrow('ended');
  expect(vi.getTimerCount()).toBe(0);
});
