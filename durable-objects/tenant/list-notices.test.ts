import { expect, test, vi } from 'vitest';
import { FakeStorage } from '../storage/storage.fake.ts';
import { ListNotices } from './list-notices.ts';

/** Notices of an organisation, and what each session object has been told; `answer` is what it says to that. */
function noticesWith(answer: (object: string) => boolean | Promise<boolean> = () => true) {
  const fake = new FakeStorage();
  const told: string[] = [];
  const readerOf = (object: string) => ({
    tellListsChanged: async () => {
      told.push(object);
      return answer(object);
    },
  });
  return { fake, told, notices: new ListNotices(fake.storage, readerOf), readerOf };
}

test('everybody with an open stream is told of a change, once', async () => {
  const { notices, told } = noticesWith();
  for (const object of ['a', 'b']) await notices.watch(object);
  await notices.changed();
  await notices.resume();
  await notices.resume();
  expect(told.toSorted()).toEqual(['a', 'b']);
});

test('who begins to watch learns when the last change was made, and is not told of it', async () => {
  const { notices, told } = noticesWith();
  expect(await notices.watch('a')).toEqual({ changedAtMs: 0, ticket: 1 });
  const before = Date.now();
  await notices.changed();
  await notices.resume();
  const { changedAtMs } = await notices.watch('late');
  expect(changedAtMs).toBeGreaterThanOrEqual(before);
  await notices.resume();
  expect(told).toEqual(['a']);
});

test('no change has the time of another', async () => {
  const { notices } = noticesWith();
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    await notices.changed();
    times.push((await notices.watch('a')).changedAtMs);
  }
  expect(new Set(times).size).toBe(20);
});

test('who has no stream any more is forgotten, unless it has watched again meanwhile', async () => {
  let isAgain = false;
  const made = noticesWith(async object => {
    if (object === 'again' && !isAgain) {
      isAgain = true;
      await made.notices.watch('again');
    }
    return false;
  });
  const { notices, told } = made;
  for (const object of ['gone', 'again']) await notices.watch(object);
  for (let n = 0; n < 2; n++) {
    await notices.changed();
    await notices.resume();
  }
  expect(told.toSorted()).toEqual(['again', 'again', 'gone']);
});

test('an old ticket ends no later watch', async () => {
  const { notices, told } = noticesWith();
  const { ticket } = await notices.watch('a');
  await notices.watch('a');
  notices.unwatch('a', ticket);
  await notices.changed();
  await notices.resume();
  expect(told).toEqual(['a']);
});

test('who cannot be told is tried again by alarm, and given up at last', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { notices, told, fake } = noticesWith(() => Promise.reject(new Error('overloaded')));
  await notices.watch('a');
  await notices.changed();
  for (let n = 0; n < 8; n++) {
    await notices.resume();
    if (n === 0) expect(await fake.storage.getAlarm()).not.toBeNull();
  }
  expect(told).toHaveLength(5);
});

test('what was cut short goes on in another process', async () => {
  const { fake, readerOf, told } = noticesWith();
  const cut = new ListNotices(fake.storage, () => ({ tellListsChanged: () => new Promise(() => {}) }));
  await cut.watch('a');
  await cut.changed();
  await new ListNotices(fake.storage, readerOf).resume();
  expect(told).toEqual(['a']);
});

test('so many are told at a time, and all of them', async () => {
  let open = 0;
  let most = 0;
  const { notices, told } = noticesWith(async () => {
    most = Math.max(most, ++open);
    await new Promise(resolve => setImmediate(resolve));
    open--;
    return true;
  });
  for (let n = 0; n < 100; n++) await notices.watch(`object-${n}`);
  await notices.changed();
  await notices.resume();
  expect([told.length, most]).toEqual([100, 16]);
});
