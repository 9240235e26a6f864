import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeStream, FakeUpstream, isSettled } from '../upstream.fake.ts';
import { SessionHttp } from './session-http.ts';
import { UpstreamCall } from './upstream-call.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 50 });
});
afterEach(() => {
  vi.useRealTimers();
});

const ANSWER = { id: 'c1', result: { content: [] } };
const step = (progress: number) => ({ method: 'notifications/progress', params: { progress } });

/** A call whose streams the test writes, one after the other. */
function calling(count = 4) {
  const streams = Array.from({ length: count }, () => new FakeStream());
  let opened = 0;
  const upstream = new FakeUpstream(() => streams[opened++]?.response);
  const http = new SessionHttp(upstream, { id: 's', revision: '2025-11-25' });
  const call = UpstreamCall.begin(http, { id: 'c1', method: 'tools/call', params: {} }, 100_000);
  const resumedAfter = () =>
    upstream.reached
      .filter(({ method }) => method === 'GET')
      .map(({ headers }) => headers.get('last-event-id'));
  return {
    streams: streams as [FakeStream, FakeStream, FakeStream, FakeStream],
    call,
    upstream,
    http,
    resumedAfter,
  };
}

test.each([
  ['breaks off', (stream: FakeStream) => stream.break()],
  ['is closed by the server, which is to be asked again', (stream: FakeStream) => stream.end()],
])('a stream that %s is resumed after its last event', async (_how, cut) => {
  const { streams, call, resumedAfter } = calling();
  streams[0].say(null, 'e0', 100).say(step(1), 'e1');
  expect(await call.next()).toMatchObject(step(1));
  cut(streams[0]);
  streams[1].say(step(2), 'e2').say(ANSWER, 'e3');
  expect(await call.next()).toMatchObject(step(2));
  expect(await call.next()).toMatchObject(ANSWER);
  expect(resumedAfter()).toEqual(['e1']);
});

test('a primed stream is resumed though nothing was said on it', async () => {
  const { streams, call, resumedAfter } = calling();
  streams[0].say(null, 'e0');
  streams[0].end();
  streams[1].say(ANSWER, 'e1');
  expect(await call.next()).toMatchObject(ANSWER);
  expect(resumedAfter()).toEqual(['e0']);
});

test('a stream without numbered events ends the call when it ends', async () => {
  const { streams, call, resumedAfter } = calling();
  streams[0].say(step(1));
  streams[0].end();
  expect(await call.next()).toMatchObject(step(1));
  await expect(call.next()).rejects.toThrow('the stream ended without an answer');
  expect(resumedAfter()).toEqual([]);
  expect(call.isOver).toBe(true);
});

test('a call that nobody waits for resumes nothing, and sets no timer', async () => {
  const { streams, call, resumedAfter } = calling();
  streams[0].say(step(1), 'e1');
  await call.next();
  streams[0].end();
  expect(await isSettled(call.ended)).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  expect(resumedAfter()).toEqual([]);
  const next = call.next();
  await vi.waitFor(() => expect(resumedAfter()).toEqual(['e1']));
  streams[1].say(ANSWER);
  expect(await next).toMatchObject(ANSWER);
});

test('where it is, is where it was acted on, not what has come since', async () => {
  const { streams, call } = calling();
  streams[0].say(step(1), 'e1').say(step(2), 'e2');
  await call.next();
  await vi.waitFor(() => expect(call.hasMore).toBe(true));
  expect(call.place).toEqual({ id: 'c1', lastEventId: 'e1' });
});

test('a call is taken up by another process after its last event', async () => {
  const { streams, http, resumedAfter } = calling();
  streams[1].say(ANSWER, 'e9');
  const call = await UpstreamCall.resume(http, { id: 'c1', lastEventId: 'e8' }, 100_000);
  expect(await call.next()).toMatchObject(ANSWER);
  expect(resumedAfter()).toEqual(['e8']);
});

test('a batch is as good as its messages (2025-03-26)', async () => {
  const upstream = new FakeUpstream(() => Response.json([step(1), ANSWER]));
  const http = new SessionHttp(upstream, { id: 's', revision: '2025-03-26' });
  const call = UpstreamCall.begin(http, { id: 'c1', method: 'tools/call', params: {} }, 100_000);
  expect([await call.next(), await call.next()]).toEqual([step(1), ANSWER]);
});

test('a stream that is larger than an answer may be is broken off', async () => {
  const { streams, call } = calling();
  streams[0].say({ ...step(1), text: 'x'.repeat(100_001) });
  await expect(call.next()).rejects.toMatchObject({ code: 'result_too_large' });
});

test('a call that is let go reads no more', async () => {
  const { streams, call } = calling();
  streams[0].say(step(1));
  await call.next();
  call.stop();
  await vi.waitFor(() => expect(streams[0].isCancelled).toBe(true));
  await expect(call.next()).rejects.toThrow();
});

test('an answer to another request is none: it fails the call at once', async () => {
  const { streams, call } = calling();
  streams[0].say({ ...ANSWER, id: 'c2' });
  await expect(call.next()).rejects.toThrow('the answer is to another request');
});
