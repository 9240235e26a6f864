import { expect, test } from 'vitest';
import { encodeEvent, SSE_HEADERS } from '../protocol/sse.ts';
import { type AnswerLimits, messagesOf } from './answer-messages.ts';

const LIMITS: AnswerLimits = { id: 7, maxBytes: 10_000 };
const STEP = { jsonrpc: '2.0', method: 'notifications/progress', params: {} };
const ANSWER = { jsonrpc: '2.0', id: 7, result: {} };

/** Both ways to say one message. */
const WAYS: readonly [string, (text: string) => Response][] = [
  ['JSON', text => new Response(text, { headers: { 'content-type': 'application/json' } })],
  ['a stream', text => new Response(encodeEvent({ id: 'e1', data: text }), { headers: SSE_HEADERS })],
];

function read(response: Response, limits: Partial<AnswerLimits> = {}) {
  return Array.fromAsync(messagesOf(response, { ...LIMITS, ...limits }));
}

test.each(WAYS)('%s is read, and several messages in one (2025-03-26)', async (way, respond) => {
  const eventId = way === 'JSON' ? null : 'e1';
  expect(await read(respond(JSON.stringify(ANSWER)))).toEqual([{ message: ANSWER, eventId }]);
  expect(await read(respond(JSON.stringify([STEP, ANSWER])))).toEqual([
    { message: STEP, eventId: null },
    { message: ANSWER, eventId },
  ]);
});

test.each(WAYS)('%s that answers another request is an error', async (_way, respond) => {
  for (const id of [8, '7', null, undefined]) {
    const other = JSON.stringify({ ...ANSWER, id });
    await expect(read(respond(other))).rejects.toThrow('the answer is to another request');
  }
});

test.each(WAYS)('%s may say without an id that the request could not be read', async (_way, respond) => {
  const refusal = { id: null, error: { code: -32700, message: 'Parse error' } };
  expect(await read(respond(JSON.stringify(refusal)))).toMatchObject([{ message: refusal }]);
});

test.each(WAYS)('%s that nests too deep is refused before it is parsed', async (_way, respond) => {
  const nested = (depth: number) => `{"id":7,"result":${'{"a":'.repeat(depth)}0${'}'.repeat(depth + 1)}`;
  expect(await read(respond(nested(500)))).toHaveLength(1);
  await expect(read(respond(nested(600)))).rejects.toMatchObject({ code: 'answer_invalid' });
});

test.each(WAYS)('%s that is larger than it may be is broken off', async (_way, respond) => {
  const large = JSON.stringify({ ...ANSWER, result: { text: 'x'.repeat(10_000) } });
  await expect(read(respond(large))).rejects.toMatchObject({ code: 'result_too_large' });
});

test('an endless stream may say as much as it wants, but no event that is larger than it may be', async () => {
  const step = encodeEvent({ data: JSON.stringify({ ...STEP, text: 'x'.repeat(1000) }) });
  const stream = (text: string) => new Response(text, { headers: SSE_HEADERS });
  expect(await read(stream(step.repeat(100)), { isEndless: true })).toHaveLength(100);
  let said = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: controller => {
      said += 1000;
      controller.enqueue(new TextEncoder().encode('x'.repeat(1000)));
    },
  });
  const endless = read(new Response(body, { headers: SSE_HEADERS }), { isEndless: true });
  await expect(endless).rejects.toMatchObject({ code: 'result_too_large' });
  expect(said).toBeLessThan(100_000);
});

test('a stream that somebody stops reading is let go of', async () => {
  const controller = new AbortController();
  const response = new Response(new ReadableStream(), { headers: SSE_HEADERS });
  const reading = read(response, { signal: controller.signal });
  controller.abort();
  await expect(reading).rejects.toThrow();
});
