import { expect, test } from 'vitest';
import { accepted, ask, CALL, parking, QUESTIONS, refused } from './parked-calls.fake.ts';
import { ParkedCalls, questionsOf } from './parked-calls.ts';

test('a parked call asks each of its questions, under ids that name stream, round and question', () => {
  const { requests } = parking();
  expect(requests).toEqual([
    { jsonrpc: '2.0', id: 'gatehouse-3-0-0', ...QUESTIONS.sure },
    { jsonrpc: '2.0', id: 'gatehouse-3-0-1', ...QUESTIONS.why },
  ]);
});

test("the last answer, whichever it is, brings back the call with all answers under the server's keys", () => {
  const { parked } = parking();
  expect(parked.answer(accepted('gatehouse-3-0-1', { why: 'old' }))).toBeUndefined();
  expect(parked.answer(accepted('gatehouse-3-0-0'))).toEqual({
    call: { ...CALL, keys: ['sure', 'why'] },
    answers: {
      kind: 'complete',
      inputResponses: {
        sure: { action: 'accept', content: {} },
        why: { action: 'accept', content: { why: 'old' } },
      },
    },
  });
});

test('exactly one caller gets the call: what is answered again comes to nothing', () => {
  const { parked, ids } = parking();
  const results = [...ids, ...ids, ...ids].map(id => parked.answer(accepted(id)));
  expect(results.filter(result => result !== undefined)).toHaveLength(1);
});

test('the first answer to a question counts', () => {
  const { parked } = parking();
  parked.answer(accepted('gatehouse-3-0-0', { n: 1 }));
  expect(parked.answer(accepted('gatehouse-3-0-0', { n: 2 }))).toBeUndefined();
  expect(parked.answer(accepted('gatehouse-3-0-1'))).toMatchObject({
    answers: { inputResponses: { sure: { content: { n: 1 } } } },
  });
});

test('one error refuses the call, without waiting for the other answers', () => {
  const { parked } = parking();
  expect(parked.answer(refused('gatehouse-3-0-1'))).toMatchObject({
    call: { stream: 3 },
    answers: { kind: 'refused', message: 'Not supported.' },
  });
  expect(parked.answer(accepted('gatehouse-3-0-0'))).toBeUndefined();
});

test('an answer finds its call after any restart, between any two answers', () => {
  const { parked, reopen } = parking();
  parked.answer(accepted('gatehouse-3-0-0'));
  const later = new ParkedCalls(reopen());
  expect(later.isWaiting(3)).toBe(true);
  expect(later.answer(accepted('gatehouse-3-0-1'))).toMatchObject({
    call: { ...CALL, keys: ['sure', 'why'] },
    answers: { kind: 'complete' },
  });
});

test('a call whose next round has begun no longer waits, also after a restart', () => {
  const { parked, ids, reopen } = parking();
  for (const id of ids) parked.answer(accepted(id));
  expect(parked.isWaiting(3)).toBe(false);
  expect(new ParkedCalls(reopen()).isWaiting(3)).toBe(false);
});

test.each([
  'gatehouse-3-1-0',
  'gatehouse-4-0-0',
  'gatehouse-3-0-2',
  'gatehouse-3-0',
  'gatehouse-3-0-0-0',
  'gatehouse-3-0--1',
  'gatehouse-03-0-0',
  'gatehouse-3-00-0',
  'gatehouse-3-0-00',
  'Gatehouse-3-0-0',
  '3-0-0',
  '',
])('an answer to "%s", which was not asked, is ignored', id => {
  const { parked, store } = parking();
  expect(parked.answer(accepted(id))).toBeUndefined();
  expect(store.exec('SELECT * FROM answer')).toEqual([]);
  expect(parked.isWaiting(3)).toBe(true);
});

test.each([
  ['gatehouse-3-0-0', 3],
  ['gatehouse-12-7-9999', 12],
  ['gatehouse-03-0-0', undefined],
  ['gatehouse-0-0-0', undefined],
  ['gatehouse-3-0', undefined],
  ['3', undefined],
  [3, undefined],
])('an answer to %j is for the stream %s', (id, stream) => {
  expect(ParkedCalls.streamOf({ jsonrpc: '2.0', id, result: {} })).toBe(stream);
});

test('the next round asks anew, and answers of the round before count for nothing', () => {
  const { parked, ids } = parking();
  for (const id of ids) parked.answer(accepted(id));
  const next = parked.park({ ...CALL, round: 1 }, { again: ask('Again?') }, '2025-11-25');
  expect(next.map(({ id }) => id)).toEqual(['gatehouse-3-1-0']);
  expect(parked.isWaiting(3)).toBe(true);
  expect(parked.answer(accepted('gatehouse-3-0-0'))).toBeUndefined();
  expect(parked.answer(accepted('gatehouse-3-1-0', { yes: 1 }))).toMatchObject({
    call: { round: 1, keys: ['again'] },
    answers: { inputResponses: { again: { content: { yes: 1 } } } },
  });
});

test('a forgotten call leaves nothing behind, and no other call is touched', () => {
  const { parked, store } = parking();
  parked.park({ ...CALL, stream: 4 }, QUESTIONS, '2025-11-25');
  parked.answer(accepted('gatehouse-3-0-0'));
  parked.forget(3);
  expect(parked.isWaiting(3)).toBe(false);
  expect(parked.answer(accepted('gatehouse-3-0-1'))).toBeUndefined();
  expect(store.exec('SELECT * FROM answer')).toEqual([]);
  expect(parked.isWaiting(4)).toBe(true);
});

test('keys of any name come back as they went', () => {
  const { parked, ids } = parking(
    JSON.parse('{"__proto__": {"method": "roots/list"}, "7": {"method": "roots/list"}}'),
  );
  const [ready] = ids.map(id => parked.answer(accepted(id, { id }))).filter(result => result !== undefined);
  const answers = ready?.answers.kind === 'complete' ? ready.answers.inputResponses : {};
  expect(Object.keys(answers).sort()).toEqual(['7', '__proto__']);
});

test.each([
  [{ inputRequests: QUESTIONS }, QUESTIONS],
  [{ requestState: 'x' }, {}],
  [{ inputRequests: [] }, {}],
  [{ inputRequests: null }, {}],
])('the questions of %j are its inputRequests, if it has any', (result, questions) => {
  expect(questionsOf(result)).toEqual(questions);
});
