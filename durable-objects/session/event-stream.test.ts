import { expect, test } from 'vitest';
import type { SseEvent, SseSink } from '../../src/protocol/sse.ts';
import { EventLog } from './event-log.ts';
import { EventStream } from './event-stream.ts';
import { newSession } from './session-store.fake.ts';

const REQUEST = { id: 'r-1', method: 'tools/call' };

/** A new session with its log of events. */
function logged() {
  const { fake, store } = newSession();
  return { fake, log: new EventLog(store, 10) };
}

/** A reader that keeps what it was sent. */
function reader() {
  const events: SseEvent[] = [];
  let isClosed = false;
  const sink: SseSink = {
    response: new Response(),
    send: event => !isClosed && events.push(event) > 0,
    close: () => {
      isClosed = true;
    },
  };
  return { sink, events, isClosed: () => isClosed, data: () => events.map(({ data }) => data) };
}

/** Everything that was waiting for storage has happened. */
const settled = () => new Promise(resolve => setImmediate(resolve));

test('a message reaches the reader with an id that names its stream and place', async () => {
  const { log } = logged();
  const stream = EventStream.create(log, REQUEST);
  const { sink, events } = reader();
  stream.attach(sink, []);
  stream.append({ n: 1 });
  stream.append({ n: 2 });
  await settled();
  expect(events).toEqual([
    { id: `${stream.id}-1`, data: '{"n":1}' },
    { id: `${stream.id}-2`, data: '{"n":2}' },
  ]);
});

test('a message is stored before it is sent, and sent only once it is durable', async () => {
  const { fake, log } = logged();
  const stream = EventStream.create(log, REQUEST);
  const { sink, events } = reader();
  stream.attach(sink, []);
  await settled();
  const release = fake.holdSync();
  stream.append({ n: 1 });
  await settled();
  expect(events).toEqual([]);
  expect(log.after(stream.id, 0)).toHaveLength(1);
  release();
  await settled();
  expect(events).toHaveLength(1);
});

test('messages are sent in the order of their storage, even where a later one is durable first', async () => {
  const { fake, log } = logged();
  const stream = EventStream.create(log, REQUEST);
  const { sink, data, isClosed } = reader();
  stream.attach(sink, []);
  const first = fake.holdSync();
  stream.append(1);
  const second = fake.holdSync();
  stream.append(2);
  stream.close();
  second();
  await settled();
  expect(data()).toEqual([]);
  first();
  await settled();
  expect(data()).toEqual(['1', '2']);
  expect(isClosed()).toBe(true);
});

test('without a reader everything is stored for when it returns', async () => {
  const { log } = logged();
  const stream = EventStream.create(log, REQUEST);
  const first = reader();
  stream.attach(first.sink, []);
  stream.append(1);
  await settled();
  stream.detach(first.sink);
  expect(stream.hasReader).toBe(false);
  stream.append(2);
  stream.append(3);
  await settled();
  const second = reader();
  stream.attach(second.sink, log.after(stream.id, 1));
  stream.append(4);
  await settled();
  expect(first.data()).toEqual(['1']);
  expect(second.data()).toEqual(['2', '3', '4']);
});

test('a new reader takes the place of the old one, whose late leaving changes nothing', async () => {
  const { log } = logged();
  const stream = EventStream.create(log, null);
  const [old, fresh] = [reader(), reader()];
  stream.attach(old.sink, []);
  stream.attach(fresh.sink, []);
  stream.detach(old.sink);
  stream.append(1);
  await settled();
  expect(old.isClosed()).toBe(true);
  expect(old.data()).toEqual([]);
  expect(fresh.data()).toEqual(['1']);
});

test('hanging up disconnects the reader and leaves the stream open', async () => {
  const { log } = logged();
  const stream = EventStream.create(log, null);
  const { sink, isClosed } = reader();
  stream.attach(sink, []);
  stream.hangUp();
  expect(isClosed()).toBe(true);
  expect({ isOpen: stream.isOpen, hasReader: stream.hasReader }).toEqual({ isOpen: true, hasReader: false });
});

test('a closed stream is over for its reader, and can still be read again', async () => {
  const { log } = logged();
  const stream = EventStream.create(log, REQUEST);
  const { sink, isClosed, data } = reader();
  stream.attach(sink, []);
  stream.append('last');
  stream.close();
  await settled();
  expect(data()).toEqual(['"last"']);
  expect(isClosed()).toBe(true);
  expect(stream.isOpen).toBe(false);
  expect(log.after(stream.id, 0).map(({ data }) => data)).toEqual(['"last"']);
});
