import { afterEach, expect, it, vi } from 'vitest';
import { pause } from './pace.ts';

afterEach(() => vi.useRealTimers());

it('lasts as long as it was asked to', async () => {
  vi.useFakeTimers();
  const paused = pause(5000, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(4999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await expect(paused).resolves.toBeUndefined();
});

it('ends with the reason of a cancellation and leaves no timer behind', async () => {
  vi.useFakeTimers();
  const controller = new AbortController();
  const paused = pause(5000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(paused).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});

it('does not begin once cancelled', async () => {
  await expect(pause(5000, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
});
