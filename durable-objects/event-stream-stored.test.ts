import { expect, test } from 'vitest';
import { refusal } from '../src/errors.fake.ts';
import { EventStream } from './event-stream.ts';
import { newSession } from './session-store.fake.ts';

const REQUEST = { id: 'r-1', method: 'tools/call' };

test('after a restart the open streams are there, with their requests, and count on', () => {
  const { store, reopen } = newSession();
  const open = EventStream.create(store, 'post', REQUEST, 10);
  open.append(1);
  open.append(2);
  EventStream.create(store, 'get', null, 10);
  EventStream.create(store, 'post', REQUEST, 10).close();
  const again = reopen();
  const [post, get, ...rest] = EventStream.openOnes(again, 10);
  expect(rest).toEqual([]);
  expect(post).toMatchObject({ id: open.id, kind: 'post', request: REQUEST });
  expect(get).toMatchObject({ kind: 'get', request: null });
  post?.append(3);
  expect(EventStream.eventsAfter(again, open.id, 2)).toEqual([{ id: `${open.id}-3`, data: '3' }]);
});

test('a stream keeps its newest events, up to the limit', () => {
  const { store } = newSession();
  const stream = EventStream.create(store, 'get', null, 3);
  for (let n = 1; n <= 5; n++) stream.append(n);
  expect(EventStream.eventsAfter(store, stream.id, 0).map(({ data }) => data)).toEqual(['3', '4', '5']);
});

test('only the events of the one stream are replayed', () => {
  const { store } = newSession();
  const [first, second] = [1, 2].map(() => EventStream.create(store, 'post', REQUEST, 10));
  first?.append('mine');
  second?.append('other');
  expect(EventStream.eventsAfter(store, first?.id ?? 0, 0).map(({ data }) => data)).toEqual(['"mine"']);
});

test('of closed streams the 64 newest are kept, and open ones for as long as they are', () => {
  const { store } = newSession();
  const open = EventStream.create(store, 'get', null, 10);
  const closed = Array.from({ length: 66 }, () => {
    const stream = EventStream.create(store, 'post', REQUEST, 10);
    stream.append(1);
    stream.close();
    return stream.id;
  });
  expect(closed.filter(id => !EventStream.exists(store, id))).toEqual(closed.slice(0, 2));
  expect(EventStream.exists(store, open.id)).toBe(true);
  expect(store.exec('SELECT DISTINCT stream FROM event')).toHaveLength(64);
});

test('the id of a forgotten stream is never given again', () => {
  const { store } = newSession();
  const ids = Array.from({ length: 70 }, () => {
    const stream = EventStream.create(store, 'post', null, 10);
    stream.close();
    return stream.id;
  });
  expect(new Set(ids).size).toBe(70);
});

test('an event id is read back as it was made', () => {
  expect(EventStream.eventId(12, 0)).toBe('12-0');
  expect(EventStream.parseEventId('12-345')).toEqual({ stream: 12, seq: 345 });
});

test.each([
  '',
  '1',
  '1-',
  '-1',
  '1-2-3',
  'a-1',
  '1-b',
  ' 1-1',
  '1-1\n',
  '1.5-1',
  '1e3-1',
  '9999999999-1',
  '١-١',
])('the event id %j is none of ours', id => {
  expect(() => EventStream.parseEventId(id)).toThrow(
    refusal('event_unknown', 'Last-Event-ID names no event of this session.'),
  );
});

test('neither messages nor requests are stored in the clear', () => {
  const { fake, store } = newSession();
  const stream = EventStream.create(store, 'post', { id: 'canary-id', method: 'tools/canary' }, 10);
  stream.append({ text: 'canary-text' });
  expect(fake.dump()).not.toContain('canary');
});
