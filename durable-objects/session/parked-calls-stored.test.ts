import { afterEach, expect, test, vi } from 'vitest';
import { refusal } from '../../src/errors.fake.ts';
import type { JsonObject } from '../../src/protocol/message.ts';
import { accepted, ask, CALL, parking, QUESTIONS } from './parked-calls.fake.ts';

const UNREADABLE = refusal('sealed_unreadable', /^A sealed value in (parked|answer) could not be opened\.$/);

afterEach(() => {
  vi.useRealTimers();
});

test('neither calls nor answers are stored in the clear', () => {
  const { fake, parked } = parking();
  parked.answer(accepted('gatehouse-3-0-0', { text: 'canary-answer' }));
  expect(fake.dump()).not.toContain('canary');
  expect(fake.dump()).not.toContain('sure');
});

test.each([
  ['null', { why: null }],
  ['null among others', { ...QUESTIONS, third: null }],
  ['text', { why: 'Really?' }],
  ['without a method', { why: { params: {} } }],
])(
  'a question that is %s stores nothing, and leaves the call that is parked as it was',
  (_what, questions) => {
    const { parked, store } = parking();
    const rows = () => [...store.exec('SELECT * FROM parked'), ...store.exec('SELECT * FROM answer')];
    parked.answer(accepted('gatehouse-3-0-0'));
    const before = rows();
    const again = () => parked.park({ ...CALL, round: 1 }, questions as JsonObject, '2025-11-25');
    const refused = refusal('upstream_failed', 'The server asked for input in a form that is no request.');
    expect(again).toThrow(refused);
    expect(() => parked.park({ ...CALL, stream: 4 }, questions as JsonObject, '2025-11-25')).toThrow(refused);
    expect(rows()).toEqual(before);
    expect(parked.answer(accepted('gatehouse-3-0-1'))).toMatchObject({ answers: { kind: 'complete' } });
  },
);

test.each([
  ['a call', 'parked', 'call'],
  ['an answer', 'answer', 'response'],
])('%s with one bit flipped is refused, and the calls of other streams go on', (_what, table, column) => {
  const { fake, parked, store } = parking();
  parked.park({ ...CALL, stream: 4 }, QUESTIONS, '2025-11-25');
  parked.answer(accepted('gatehouse-3-0-0'));
  parked.answer(accepted('gatehouse-4-0-0'));
  fake.flipBit(table, column, 'stream = 3');
  expect(() => parked.answer(accepted('gatehouse-3-0-1'))).toThrow(UNREADABLE);
  // What was refused changed nothing, and the call can still be found and forgotten.
  expect(store.exec('SELECT question FROM answer WHERE stream = 3')).toEqual([{ question: 0 }]);
  expect(parked.isWaiting(3)).toBe(true);
  expect(parked.answer(accepted('gatehouse-4-0-1'))).toMatchObject({ call: { stream: 4 } });
  parked.forget(3);
  expect(parked.isWaiting(3)).toBe(false);
});

test("another round's answer that is put back does not open in this one", () => {
  const { parked, store } = parking();
  parked.answer(accepted('gatehouse-3-0-0', { sure: 'yes' }));
  const [old] = store.exec<{ response: ArrayBuffer }>('SELECT response FROM answer');
  parked.park({ ...CALL, round: 1 }, { really: ask('Really?'), why: ask('Why?') }, '2025-11-25');
  store.exec('INSERT INTO answer (stream, question, response) VALUES (3, 0, ?)', old?.response ?? null);
  expect(() => parked.answer(accepted('gatehouse-3-1-1'))).toThrow(UNREADABLE);
  expect(parked.isWaiting(3)).toBe(true);
});

test("another round's call that is put back does not open in this one", () => {
  const { parked, store } = parking();
  const [old] = store.exec<{ call: ArrayBuffer }>('SELECT call FROM parked');
  parked.park({ ...CALL, round: 1 }, { really: ask('Really?') }, '2025-11-25');
  store.exec('UPDATE parked SET call = ?', old?.call ?? null);
  expect(() => parked.answer(accepted('gatehouse-3-1-0'))).toThrow(UNREADABLE);
});

test.each([
  ['call', 'UPDATE parked SET call = (SELECT call FROM parked WHERE stream = 4) WHERE stream = 3'],
  ['answer', 'UPDATE answer SET response = (SELECT response FROM answer WHERE stream = 4) WHERE stream = 3'],
])("another stream's %s does not open in this one", (_what, statement) => {
  const { parked, store } = parking();
  parked.park({ ...CALL, stream: 4 }, QUESTIONS, '2025-11-25');
  for (const stream of [3, 4]) parked.answer(accepted(`gatehouse-${stream}-0-0`));
  store.exec(statement);
  expect(() => parked.answer(accepted('gatehouse-3-0-1'))).toThrow(UNREADABLE);
});

test('an answer that was moved to another question does not open there', () => {
  const { parked, store } = parking({ ...QUESTIONS, third: ask('And?') });
  parked.answer(accepted('gatehouse-3-0-0'));
  store.exec('UPDATE answer SET question = 1');
  expect(() => parked.answer(accepted('gatehouse-3-0-2'))).toThrow(UNREADABLE);
});

test('a call is overdue from its deadline on, while it waits', () => {
  vi.useFakeTimers({ now: CALL.expiresAtMs - 1 });
  const { parked, ids } = parking();
  expect([parked.isOverdue(3), parked.isOverdue(4)]).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  expect([parked.isOverdue(3), parked.isOverdue(4)]).toEqual([true, false]);
  for (const id of ids) parked.answer(accepted(id));
  expect(parked.isOverdue(3)).toBe(false);
});
