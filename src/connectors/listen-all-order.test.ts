import { afterEach, expect, test, vi } from 'vitest';
import { faultLog } from '../errors.fake.ts';
import { CHANGED, subscribe } from './listen-all.fake.ts';
import { Subscribable } from './subscribable.fake.ts';

/** A server that honours changes of its tools. */
const prompt = () => new Subscribable(hooks => hooks.acknowledged({ toolsListChanged: true }));

afterEach(() => {
  vi.useRealTimers();
});

test('notifications of every server arrive', async () => {
  const servers = ['a', 'b'].map(
    method =>
      new Subscribable(hooks => {
        hooks.acknowledged({});
        hooks.notify({ method });
      }),
  );
  const { controller, notify, done } = subscribe(servers);
  await vi.waitFor(() => expect(notify).toHaveBeenCalledTimes(2));
  controller.abort();
  await done;
  expect(notify.mock.calls).toEqual([[{ method: 'a' }], [{ method: 'b' }]]);
});

test('what servers say before all have answered comes after the acknowledgement, in its order', async () => {
  const slow = Promise.withResolvers<void>();
  const quick = new Subscribable(hooks => {
    hooks.acknowledged({ toolsListChanged: true });
    hooks.notify({ method: 'quick/1' });
  });
  const late = new Subscribable(async hooks => {
    hooks.notify({ method: 'late/0, before its own acknowledgement' });
    await slow.promise;
    hooks.acknowledged({ promptsListChanged: true });
    hooks.notify({ method: 'late/1' });
  });
  const { controller, acknowledged, said, done } = subscribe([quick, late]);
  await vi.waitFor(() => expect(quick.opened).toHaveLength(1));
  quick.opened[0]?.hooks.notify({ method: 'quick/2' });
  await new Promise(resolve => setImmediate(resolve));
  expect(said).toEqual([]);
  slow.resolve();
  await vi.waitFor(() => expect(acknowledged).toHaveBeenCalled());
  quick.opened[0]?.hooks.notify({ method: 'quick/3' });
  controller.abort();
  await done;
  const [first, ...rest] = said as { method: string }[];
  expect(first).toEqual({ honoured: { toolsListChanged: true, promptsListChanged: true } });
  expect(rest.map(({ method }) => method)).toEqual([
    'quick/1',
    'late/0, before its own acknowledgement',
    'quick/2',
    'late/1',
    'quick/3',
  ]);
});

test('a server that is late is not waited for, and what it says comes after the acknowledgement', async () => {
  vi.useFakeTimers();
  const late = new Subscribable(hooks => hooks.notify(CHANGED));
  const { controller, said, done } = subscribe([prompt(), late], 5000);
  await vi.advanceTimersByTimeAsync(4999);
  expect(said).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  late.opened[0]?.hooks.acknowledged({ promptsListChanged: true });
  late.opened[0]?.hooks.notify(CHANGED);
  controller.abort();
  await done;
  expect(said).toEqual([{ honoured: { toolsListChanged: true } }, CHANGED, CHANGED]);
});

test('a server that only comes back after the acknowledgement is heard all the same', async () => {
  vi.useFakeTimers();
  faultLog();
  const back = new Subscribable((hooks, attempt) => {
    if (attempt < 3) throw new Error('broken');
    hooks.acknowledged({ promptsListChanged: true });
    hooks.notify(CHANGED);
  });
  const { controller, said, done } = subscribe([prompt(), back], 1500);
  await vi.advanceTimersByTimeAsync(3000);
  expect(back.opened).toHaveLength(3);
  controller.abort();
  await done;
  expect(said).toEqual([{ honoured: { toolsListChanged: true } }, CHANGED]);
});

test('the silence of a late server does not silence the others', async () => {
  vi.useFakeTimers();
  const server = prompt();
  const { controller, said, done } = subscribe([new Subscribable(() => {}), server], 20);
  await vi.advanceTimersByTimeAsync(20);
  server.opened[0]?.hooks.notify(CHANGED);
  controller.abort();
  await done;
  expect(said).toEqual([{ honoured: { toolsListChanged: true } }, CHANGED]);
});
