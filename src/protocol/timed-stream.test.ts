import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endingAt } from './timed-stream.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A stream to write into, and what became of it. */
function source() {
  let control: ReadableStreamDefaultController<Uint8Array> | undefined;
  const cancel = vi.fn();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      control = controller;
    },
    cancel,
  });
  const write = (text: string) => control?.enqueue(new TextEncoder().encode(text));
  return {
    stream,
    cancel,
    write,
    end: () => control?.close(),
    fail: (error: Error) => control?.error(error),
  };
}

test('what comes before the time is handed on, and the end at that time is an orderly one', async () => {
  const { stream, cancel, write } = source();
  const text = new Response(endingAt(stream, Date.now() + 1000)).text();
  write('a');
  await vi.advanceTimersByTimeAsync(999);
  write('b');
  await vi.advanceTimersByTimeAsync(1);
  expect([await text, cancel.mock.calls.length]).toEqual(['ab', 1]);
});

test('a time that has passed ends it at once', async () => {
  const { stream } = source();
  const text = new Response(endingAt(stream, Date.now() - 1)).text();
  await vi.advanceTimersByTimeAsync(0);
  expect(await text).toBe('');
});

test('what ends or fails by itself before does so, and leaves no timer behind', async () => {
  const [ending, failing] = [source(), source()];
  const ended = new Response(endingAt(ending.stream, Date.now() + 1000)).text();
  const failed = new Response(endingAt(failing.stream, Date.now() + 1000)).text();
  ending.write('a');
  ending.end();
  failing.fail(new Error('gone'));
  expect(await ended).toBe('a');
  await expect(failed).rejects.toThrow('gone');
  expect(vi.getTimerCount()).toBe(0);
});

test('a reader that goes is gone for the source too', async () => {
  const { stream, cancel } = source();
  await endingAt(stream, Date.now() + 1000).cancel('bored');
  expect(cancel).toHaveBeenCalledWith('bored');
  expect(vi.getTimerCount()).toBe(0);
});
