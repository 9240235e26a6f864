import { afterEach, expect, test, vi } from 'vitest';
import { utf8 } from '../crypto/bytes.ts';
import { encodeEvent, isTooLong, openSse, readStream } from './sse.ts';
import { streamOf } from './stream.fake.ts';

afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['a message', { data: '{}' }, 'event: message\ndata: {}\n\n'],
  ['a message with an id', { id: '3-1', data: '{}' }, 'id: 3-1\nevent: message\ndata: {}\n\n'],
  ['a priming event', { id: '3-0', data: '', retryMs: 1000 }, 'id: 3-0\nretry: 1000\ndata: \n\n'],
])('%s has its wire form', (_what, event, text) => {
  expect(encodeEvent(event)).toBe(text);
});

async function collect(...chunks: readonly Uint8Array[]): Promise<unknown[]> {
  return Array.fromAsync(readStream(streamOf(...chunks)));
}

test('events are read back, priming ones too, and comments are none', async () => {
  const events = [{ id: '1-0', data: '' }, { id: '1-1', data: '{"a":"é"}' }, { data: '[1]' }];
  const text = [': keep-alive\n\n', ...events.map(encodeEvent)].join('');
  expect(await collect(utf8(text))).toEqual(events);
});

test('events are read wherever the stream is cut', async () => {
  const bytes = utf8(encodeEvent({ id: '1-1', data: '"é😀"' }));
  for (let at = 0; at <= bytes.length; at++) {
    expect(await collect(bytes.subarray(0, at), bytes.subarray(at))).toEqual([{ id: '1-1', data: '"é😀"' }]);
  }
});

test('a line without an end is not waited for beyond the longest event', async () => {
  const endless = new ReadableStream<Uint8Array>({ pull: controller => controller.enqueue(utf8('aaaa')) });
  const error = await Array.fromAsync(readStream(endless, { maxLength: 1000 })).catch(thrown => thrown);
  expect(isTooLong(error)).toBe(true);
});

test('a reader that stops early lets go of the stream', async () => {
  const cancelled = vi.fn();
  const endless = new ReadableStream<Uint8Array>({
    pull: controller => controller.enqueue(utf8('data: 1\n\n')),
    cancel: cancelled,
  });
  for await (const event of readStream(endless)) {
    expect(event).toEqual({ data: '1' });
    break;
  }
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalled());
});

test('an open stream says what it is, and that no proxy may hold it back', () => {
  const { response, close } = openSse(1000, () => {}, { 'x-more': '1' });
  expect(Object.fromEntries(response.headers)).toEqual({
    'cache-control': 'no-cache, no-transform',
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    'x-more': '1',
  });
  close();
});

test('events are sent in order, and nothing after the end', async () => {
  const sink = openSse(1000, () => {});
  expect(sink.send({ data: '1' })).toBe(true);
  expect(sink.send({ data: '2' })).toBe(true);
  sink.close();
  expect(sink.send({ data: '3' })).toBe(false);
  sink.close();
  expect(await sink.response.text()).toBe(encodeEvent({ data: '1' }) + encodeEvent({ data: '2' }));
});

test('a reader that goes away is noticed once, and gets nothing more', async () => {
  const gone = vi.fn();
  const sink = openSse(1000, gone);
  await sink.response.body?.cancel();
  expect(gone).toHaveBeenCalledOnce();
  expect(sink.send({ data: '1' })).toBe(false);
  sink.close();
});

test('an idle stream is kept alive with comments until it ends', async () => {
  vi.useFakeTimers();
  const sink = openSse(50, () => {});
  await vi.advanceTimersByTimeAsync(120);
  sink.close();
  expect(vi.getTimerCount()).toBe(0);
  expect(await sink.response.text()).toBe(': keep-alive\n\n: keep-alive\n\n');
});
