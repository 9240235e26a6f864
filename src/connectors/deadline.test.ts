import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Deadline, withDeadline } from './deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Work that ends when it is cancelled, and tells whether time was up. */
const untilAborted = ({ signal, isOver }: Deadline) =>
  new Promise<boolean>(resolve => {
    if (signal.aborted) resolve(isOver());
    else signal.addEventListener('abort', () => resolve(isOver()));
  });

test('work that is done in time gives its result, and leaves no timer behind', async () => {
  expect(await withDeadline(1000, undefined, async ({ isOver }) => isOver())).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('work that fails fails, and leaves no timer behind', async () => {
  await expect(withDeadline(1000, undefined, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(vi.getTimerCount()).toBe(0);
});

test('work is cancelled when its time is up, not before, and can tell', async () => {
  const wasOver = withDeadline(1000, undefined, untilAborted);
  const done = vi.fn();
  void wasOver.then(done);
  await vi.advanceTimersByTimeAsync(999);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await wasOver).toBe(true);
});

test('work is cancelled with its caller, and can tell that time was not up', async () => {
  const controller = new AbortController();
  const wasOver = withDeadline(1000, controller.signal, untilAborted);
  controller.abort();
  expect(await wasOver).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('work of a caller who is gone already is cancelled from its start', async () => {
  expect(await withDeadline(1000, AbortSignal.abort(), async ({ signal }) => signal.aborted)).toBe(true);
});

test('a caller that lives on keeps no listener of work that is done', async () => {
  const { signal } = new AbortController();
  const remove = vi.spyOn(signal, 'removeEventListener');
  const add = vi.spyOn(signal, 'addEventListener');
  await withDeadline(1000, signal, async () => {});
  expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1]);
});
