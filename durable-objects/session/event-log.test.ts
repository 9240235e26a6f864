import { expect, test } from 'vitest';
import { faultLog, refusal } from '../../src/errors.fake.ts';
import { EventLog, eventId, parseEventId } from './event-log.ts';
import { newSession } from './session-store.fake.ts';

/** A log of at most `maxEvents` per stream, with these messages on stream 1. */
function logOf(messages: readonly unknown[], maxEvents = 10) {
  const session = newSession();
  const log = new EventLog(session.store, maxEvents);
  messages.forEach((message, index) => {
    log.append(1, index + 1, message);
  });
  return { ...session, log };
}

const dataAfter = (log: EventLog, stream: number, seq: number) =>
  log.after(stream, seq).map(({ data }) => JSON.parse(data));

test('an event id is read back as it was made', () => {
  expect(eventId(12, 0)).toBe('12-0');
  expect(parseEventId('12-0')).toEqual({ stream: 12, seq: 0 });
  expect(parseEventId('12-345')).toEqual({ stream: 12, seq: 345 });
  expect(parseEventId(eventId(999_999_999, 999_999_999))).toEqual({ stream: 999_999_999, seq: 999_999_999 });
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
  '1-9999999999',
  '0-1',
  '01-1',
  '1-01',
  '1-00',
  '١-١',
])('the event id %j is none of ours', id => {
  expect(() => parseEventId(id)).toThrow(
    refusal('event_unknown', 'Last-Event-ID names no event of this session.'),
  );
});

test('the events after a position come in order, each with its id', () => {
  const { log } = logOf(['a', { b: 1 }, null]);
  expect(log.after(1, 1)).toEqual([
    { id: '1-2', data: '{"b":1}' },
    { id: '1-3', data: 'null' },
  ]);
  expect([log.after(1, 3), log.after(2, 0)]).toEqual([[], []]);
});

test('a position that there never was is refused', () => {
  const { log } = logOf(['a', 'b']);
  for (const [stream, seq] of [
    [1, 3],
    [2, 1],
  ] as const) {
    expect(() => log.after(stream, seq)).toThrow(
      refusal('event_unknown', 'Last-Event-ID names no event of this session.'),
    );
  }
});

test('the newest position of a stream is known, also after a restart', () => {
  const { log, reopen } = logOf([1, 2, 3]);
  expect([log.lastSeq(1), log.lastSeq(2)]).toEqual([3, 0]);
  expect(new EventLog(reopen(), 10).lastSeq(1)).toBe(3);
});

test('only the events of the one stream are replayed', () => {
  const { log } = logOf(['mine']);
  log.append(2, 1, 'other');
  expect(dataAfter(log, 1, 0)).toEqual(['mine']);
});

test('a stream keeps its newest events, up to the limit', () => {
  const { store, log } = logOf([1, 2, 3, 4, 5], 3);
  log.append(2, 1, 'of another stream');
  expect(dataAfter(log, 1, 2)).toEqual([3, 4, 5]);
  expect(store.exec('SELECT seq FROM event WHERE stream = 1')).toHaveLength(3);
  expect(dataAfter(log, 2, 0)).toEqual(['of another stream']);
});

test('a reader that would miss an event is refused instead: a gap must not look like the whole', () => {
  const { log } = logOf([1, 2, 3, 4, 5], 3);
  for (const seq of [0, 1]) {
    expect(() => log.after(1, seq)).toThrow(
      refusal('event_unknown', 'Events after Last-Event-ID are no longer stored.'),
    );
  }
});

test('the messages of streams that are gone are deleted, and no others', () => {
  const { store, log } = logOf(['of a stream that is gone']);
  store.exec('INSERT INTO stream (id) VALUES (2)');
  log.append(2, 1, 'kept');
  log.prune();
  expect(store.exec('SELECT stream FROM event')).toEqual([{ stream: 2 }]);
});

const LARGE = { text: `${'0123456789'.repeat(350_000)}, and that was 3.5 MB` };

test('a message of 3.5 MB is stored in parts of 1 MB and comes back whole, between its neighbours', () => {
  const { store, log } = logOf(['before', LARGE, 'after']);
  const parts = store.exec<{ bytes: number }>('SELECT LENGTH(message) AS bytes FROM event WHERE seq = 2');
  expect(parts.map(({ bytes }) => bytes)).toEqual([1_000_000, 1_000_000, 1_000_000, expect.any(Number)]);
  expect(dataAfter(log, 1, 0)).toEqual(['before', LARGE, 'after']);
  expect(dataAfter(log, 1, 1)).toEqual([LARGE, 'after']);
});

test('a message in parts is one event of those that are kept', () => {
  const { store, log } = logOf([LARGE, 'second', 'third'], 2);
  expect(dataAfter(log, 1, 1)).toEqual(['second', 'third']);
  expect(store.exec('SELECT seq FROM event')).toHaveLength(2);
});

test('an event with one bit flipped is reported and left out, and it alone', () => {
  const { fake, log } = logOf(['a', 'canary', 'c']);
  fake.flipBit('event', 'message', 'seq = 2');
  const faults = faultLog();
  expect(log.after(1, 0)).toEqual([
    { id: '1-1', data: '"a"' },
    { id: '1-3', data: '"c"' },
  ]);
  expect(faults()).toMatchObject([{ event: 'event_unreadable', name: 'GatehouseError' }]);
});

type Session = ReturnType<typeof newSession>;
test.each<[string, (session: Session) => unknown]>([
  ['a flipped bit in any part', ({ fake }) => fake.flipBit('event', 'message', 'part = 2')],
  ['a part that is missing', ({ store }) => store.exec('DELETE FROM event WHERE part = 3')],
  ['parts in another order', ({ store }) => store.exec('UPDATE event SET part = 9 WHERE part = 1')],
])('a long message with %s is left out whole', (_how, damage) => {
  const session = logOf([LARGE, 'next']);
  damage(session);
  const faults = faultLog();
  expect(dataAfter(session.log, 1, 0)).toEqual(['next']);
  expect(faults()).toHaveLength(1);
});

test('an event that was moved to another place is left out', () => {
  const { store, log } = logOf(['a', 'b']);
  store.exec('UPDATE event SET message = (SELECT message FROM event WHERE seq = 1)');
  const faults = faultLog();
  expect(dataAfter(log, 1, 0)).toEqual(['a']);
  expect(faults()).toHaveLength(1);
});
