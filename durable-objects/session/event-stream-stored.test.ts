import { expect, test } from 'vitest';
import { faultLog } from '../../src/errors.fake.ts';
import { EventLog } from './event-log.ts';
import { EventStream } from './event-stream.ts';
import { newSession } from './session-store.fake.ts';

const REQUEST = { id: 'r-1', method: 'tools/call' };

/** A new session with its log of events; `restarted` is the log after an eviction. */
function logged() {
  const session = newSession();
  return {
    ...session,
    log: new EventLog(session.store, 10),
    restarted: () => new EventLog(session.reopen(), 10),
  };
}

/** A stream with one message that was closed. */
function closedStream(log: EventLog): number {
  const stream = EventStream.create(log, REQUEST);
  stream.append(1);
  stream.close();
  return stream.id;
}

test('after a restart the open streams are there, with their requests, and count on', () => {
  const { log, restarted } = logged();
  const open = EventStream.create(log, REQUEST);
  open.append(1);
  open.append(2);
  EventStream.create(log, null);
  closedStream(log);
  const again = restarted();
  const [answer, own, ...rest] = EventStream.openOnes(again);
  expect(rest).toEqual([]);
  expect(answer).toMatchObject({ id: open.id, request: REQUEST, isOpen: true, hasReader: false });
  expect(own).toMatchObject({ request: null });
  answer?.append(3);
  expect(again.after(open.id, 2)).toEqual([{ id: `${open.id}-3`, data: '3' }]);
});

test('a stream whose request had one bit flipped is reported and closed, and the others go on', () => {
  const { fake, log, restarted } = logged();
  const [first, broken, last] = [1, 2, 3].map(n => EventStream.create(log, { ...REQUEST, id: n }));
  broken?.append('what was said');
  fake.flipBit('stream', 'request', `id = ${broken?.id}`);
  const faults = faultLog();
  const again = restarted();
  expect(EventStream.openOnes(again)).toMatchObject([
    { id: first?.id, request: { id: 1 } },
    { id: last?.id, request: { id: 3 } },
  ]);
  expect(faults()).toMatchObject([{ event: 'stream_unreadable', name: 'GatehouseError' }]);
  expect(again.after(broken?.id ?? 0, 0)).toMatchObject([{ data: '"what was said"' }]);
  expect(EventStream.openOnes(restarted())).toHaveLength(2);
  expect(faults()).toHaveLength(1);
});

test('a request that was moved to another stream does not open there', () => {
  const { store, log, restarted } = logged();
  const [first, second] = [1, 2].map(n => EventStream.create(log, { ...REQUEST, id: n }));
  store.exec('UPDATE stream SET request = (SELECT request FROM stream WHERE id = ?)', first?.id ?? 0);
  const faults = faultLog();
  expect(EventStream.openOnes(restarted())).toMatchObject([{ id: first?.id, request: { id: 1 } }]);
  expect(faults()).toMatchObject([{ event: 'stream_unreadable' }]);
  expect(EventStream.exists(store, second?.id ?? 0)).toBe(true);
});

test('of closed streams the 64 that were closed last are kept, and open ones for as long as they are', () => {
  const { store, log } = logged();
  const open = EventStream.create(log, null);
  const closed = Array.from({ length: 66 }, () => closedStream(log));
  expect(closed.filter(id => !EventStream.exists(store, id))).toEqual(closed.slice(0, 2));
  expect(EventStream.exists(store, open.id)).toBe(true);
  expect(store.exec('SELECT DISTINCT stream FROM event')).toHaveLength(64);
});

test('the stream of a long call is still there after it closes, however many short ones came and went', () => {
  const { store, log } = logged();
  const long = EventStream.create(log, REQUEST);
  long.append('begun');
  const short = Array.from({ length: 70 }, () => closedStream(log));
  long.append('done');
  long.close();
  expect(log.after(long.id, 1)).toMatchObject([{ data: '"done"' }]);
  expect(short.filter(id => EventStream.exists(store, id))).toEqual(short.slice(-63));
  closedStream(log);
  expect(EventStream.exists(store, long.id)).toBe(true);
});

test('the order of closing is the same after a restart', () => {
  const { store, log, restarted } = logged();
  const [first, second] = [EventStream.create(log, REQUEST), EventStream.create(log, REQUEST)];
  second.close();
  EventStream.openOnes(restarted())[0]?.close();
  for (let n = 0; n < 63; n++) closedStream(log);
  expect([first.id, second.id].map(id => EventStream.exists(store, id))).toEqual([true, false]);
});

test('the id of a forgotten stream is never given again', () => {
  const { log } = logged();
  expect(new Set(Array.from({ length: 70 }, () => closedStream(log))).size).toBe(70);
});

test('neither messages nor requests are stored in the clear', () => {
  const { fake, log } = logged();
  const stream = EventStream.create(log, { id: 'canary-id', method: 'tools/canary' });
  stream.append({ text: 'canary-text' });
  expect(fake.dump()).not.toContain('canary');
});
