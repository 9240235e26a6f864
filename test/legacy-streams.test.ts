import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { RawClient, RawSession, WireEvent } from './support/raw-client.ts';
import {
  answerOf,
  countOn,
  messagesIn,
  refusalOf,
  resultOf,
  StreamReader,
  slowCount,
  statusOf,
  type WireMessage,
  wireClient,
} from './support/wire.ts';

const PATH = '/mcp/everything';

let client: RawClient;
let session: RawSession;

beforeAll(async () => {
  client = await wireClient(inject('origin'), PATH);
  session = await client.initialize();
});

const streamOf = ({ id }: WireEvent) => id?.split('-')[0];

/** What is left of a message when only its place in the call matters: the number counted to, or the end. */
const steps = (messages: readonly WireMessage[]) =>
  messages
    .filter(({ method, result }) => method === 'notifications/progress' || result)
    .map(({ id, params }) => params?.progress ?? id);

describe('2025-11-25, Streamable HTTP, "Sending Messages to the Server"', () => {
  test('a call with more to say streams, and primes the client with an id and a time to wait', async () => {
    const reader = await countOn(session, 'primed', 1, 10);
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream');
    expect(reader.response.headers.get('x-accel-buffering')).toBe('no');
    expect(await reader.next()).toEqual({ id: expect.stringMatching(/^\d+-0$/), data: '', retry: '1000' });
    expect(messagesIn(await reader.rest()).at(-1)).toMatchObject({ id: 'primed', result: {} });
  });

  test('a call that only takes its time streams too', async () => {
    const response = await session.request('slow', 'tools/call', { name: 'test_reconnection' });
    const messages = messagesIn(await new StreamReader(response).rest());
    expect(messages).toEqual([expect.objectContaining({ id: 'slow', result: expect.anything() })]);
  });

  test.each(['2025-06-18', '2025-03-26'])(
    'a client of %s, which would choke on it, is not primed',
    async version => {
      const old = await client.initialize({}, version);
      const events = await (await countOn(old, 'old', 1, 10)).rest();
      const own = await StreamReader.get(old);
      await resultOf(old.request(1, 'tools/call', { name: 'test_trigger_tool_change' }));
      expect([...events, await own.next()].map(({ data }) => data)).not.toContain('');
      await own.hangUp();
    },
  );

  test('every message is on one stream only, and event ids name the stream and never repeat', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const streams = await Promise.all(names.map(async name => (await countOn(session, name, 4, 10)).rest()));
    const ids = streams.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(streams.flat().map(streamOf)).size).toBe(names.length);
    expect(streams.map(events => new Set(events.map(streamOf)).size)).toEqual([1, 1, 1, 1]);
    expect(streams.map(events => steps(messagesIn(events)))).toEqual(names.map(name => [1, 2, 3, 4, name]));
  });

  test('200 calls at once each get their own answer', async () => {
    const busy = await client.initialize();
    const ids = Array.from({ length: 200 }, (_, number) => `busy-${number}`);
    const answers = ids.map(id => answerOf(busy.request(id, 'tools/call', slowCount(1, 250, id))));
    expect((await Promise.all(answers)).map(({ id, result }) => [id, result?.isError])).toEqual(
      ids.map(id => [id, undefined]),
    );
  });
});

describe('2025-11-25, Streamable HTTP, "Resumability and Redelivery"', () => {
  test('a disconnect does not cancel, and what was missed comes once and in order', async () => {
    const broken = await countOn(session, 'broken', 12, 40);
    const seen = [await broken.next(), await broken.next(), await broken.next(), await broken.next()];
    await broken.hangUp();
    const missed = await (await StreamReader.get(session, seen.at(-1)?.id)).rest();
    const numbers = Array.from({ length: 12 }, (_, number) => number + 1);
    expect(steps(messagesIn([...seen, ...missed]))).toEqual([...numbers, 'broken']);
    expect(missed.map(streamOf)).toEqual(missed.map(() => streamOf(seen[0] ?? (missed[0] as WireEvent))));
  });

  test('an answer that nobody heard is kept, and can be read again', async () => {
    const whole = await (await countOn(session, 'whole', 3, 5)).rest();
    const [primed, first, ...others] = whole;
    expect(await (await StreamReader.get(session, primed?.id)).rest()).toEqual([first, ...others]);
    expect(await (await StreamReader.get(session, first?.id)).rest()).toEqual(others);
    expect(await (await StreamReader.get(session, whole.at(-1)?.id)).rest()).toEqual([]);
  });

  test('an answer is kept however many calls ended while it was made', async () => {
    const busy = await client.initialize();
    const long = new StreamReader(await busy.request('long', 'tools/call', slowCount(1, 2500)));
    const primed = await long.next();
    const ids = Array.from({ length: 70 }, (_, number) => `short-${number}`);
    await Promise.all(ids.map(id => answerOf(busy.request(id, 'tools/call', { name: 'test_logging_tool' }))));
    const answer = await long.rest();
    expect(await (await StreamReader.get(busy, primed.id)).rest()).toEqual(answer);
  });

  test('only the stream that the event id names is replayed', async () => {
    const streams = await Promise.all(
      ['left', 'right'].map(async name => (await countOn(session, name, 3, 5)).rest()),
    );
    for (const events of streams) {
      expect(await (await StreamReader.get(session, events[0]?.id)).rest()).toEqual(events.slice(1));
    }
  });

  test('a client that resumes a live stream takes it over, and misses nothing', async () => {
    const before = await countOn(session, 'taken over', 10, 40);
    const primed = await before.next();
    await before.method('notifications/progress');
    const after = await (await StreamReader.get(session, primed.id)).rest();
    await before.rest();
    expect(steps(messagesIn(after))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'taken over']);
  });

  test('of many that resume one live stream at once, one hears it to its end', async () => {
    const reader = await countOn(session, 'contended', 12, 40);
    const primed = await reader.next();
    await reader.method('notifications/progress');
    const resumed = await Promise.all(
      Array.from({ length: 8 }, async () => (await StreamReader.get(session, primed.id)).rest()),
    );
    const ends = resumed.map(events => steps(messagesIn(events)));
    expect(ends.filter(end => end.at(-1) === 'contended')).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 'contended'],
    ]);
  });

  test.each(['', 'garbage', '999999-1', '1', '-1', '1-', '1-1-1', '-1-1', '1e3-1', `${'9'.repeat(5000)}-1`])(
    'an event id that was never sent is refused (%.20s)',
    async id => {
      expect(await refusalOf(session.get({ 'last-event-id': id }))).toEqual([400, -32000]);
    },
  );

  test("another session's event ids say nothing here", async () => {
    const mine = await (await countOn(session, 'mine', 1, 5)).rest();
    const other = await client.initialize();
    expect(await statusOf(other.get({ 'last-event-id': mine[0]?.id ?? '' }))).toBe(400);
  });
});
