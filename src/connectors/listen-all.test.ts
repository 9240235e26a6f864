import { afterEach, expect, test, vi } from 'vitest';
import { faultLog } from '../errors.fake.ts';
import { CHANGED, CLIENT, FILTER, subscribe } from './listen-all.fake.ts';
import { Subscribable } from './subscribable.fake.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('it is acknowledged once, with what any of the servers honours', async () => {
  const first = new Subscribable(({ acknowledged }) =>
    acknowledged({ toolsListChanged: true, resourceSubscriptions: ['a:1'] }),
  );
  const second = new Subscribable(({ acknowledged }) =>
    acknowledged({ promptsListChanged: true, resourceSubscriptions: ['b:1', 'a:1'] }),
  );
  const { controller, acknowledged, done } = subscribe([first, second]);
  await vi.waitFor(() => expect(acknowledged).toHaveBeenCalled());
  controller.abort();
  await done;
  expect(acknowledged.mock.calls).toEqual([
    [{ toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ['a:1', 'b:1'] }],
  ]);
  expect(first.opened[0]).toMatchObject({ filter: FILTER, client: CLIENT });
});

test('where no server honours a resource, the acknowledgement has no such member', async () => {
  const { controller, acknowledged, done } = subscribe([new Subscribable(hooks => hooks.acknowledged({}))]);
  await vi.waitFor(() => expect(acknowledged).toHaveBeenCalledWith({}));
  controller.abort();
  await done;
});

test('it ends when every server has ended it in good order, and not before', async () => {
  const finish = Promise.withResolvers<string>();
  const ended = new Subscribable(() => 'ended');
  const open = new Subscribable(hooks => {
    hooks.acknowledged({});
    return finish.promise;
  });
  const { acknowledged, done } = subscribe([ended, open]);
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  await vi.waitFor(() => expect(acknowledged).toHaveBeenCalledWith({}));
  expect(isDone).toBe(false);
  finish.resolve('ended');
  await done;
  expect(ended.opened).toHaveLength(1);
});

test('a subscription that breaks is opened again a second later, and acknowledged no second time', async () => {
  vi.useFakeTimers();
  faultLog();
  const flaky = new Subscribable((hooks, attempt) => {
    hooks.acknowledged({ toolsListChanged: true });
    if (attempt === 1) throw new Error('broken');
    hooks.notify(CHANGED);
  });
  const { controller, acknowledged, notify, done } = subscribe([flaky]);
  await vi.advanceTimersByTimeAsync(999);
  expect(flaky.opened).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(flaky.opened).toHaveLength(2);
  expect(notify).toHaveBeenCalledWith(CHANGED);
  controller.abort();
  await done;
  expect(acknowledged).toHaveBeenCalledOnce();
});

test('one that held for long before it broke rests no longer than at its first break', async () => {
  vi.useFakeTimers();
  faultLog();
  const cut = new Subscribable(async hooks => {
    hooks.acknowledged({ toolsListChanged: true });
    await new Promise(held => setTimeout(held, 61_000));
    throw new Error('cut');
  });
  const { controller, done } = subscribe([cut]);
  await vi.advanceTimersByTimeAsync(4 * 62_000);
  expect(cut.opened).toHaveLength(5);
  controller.abort();
  await vi.advanceTimersByTimeAsync(62_000);
  await done;
});

test('each break is reported with its server, and without its text', async () => {
  vi.useFakeTimers();
  const faults = faultLog();
  const flaky = new Subscribable((_hooks, attempt) => {
    if (attempt < 3) throw new TypeError('token=hunter2');
  }, 'memory');
  const { controller, done } = subscribe([flaky]);
  await vi.advanceTimersByTimeAsync(2000);
  controller.abort();
  await done;
  const broken = { event: 'subscription_broken', server: 'memory', name: 'TypeError' };
  expect(faults()).toMatchObject([broken, broken]);
  expect(JSON.stringify(faults())).not.toContain('hunter2');
});

test('a server that breaks at first and comes back in time is part of the acknowledgement', async () => {
  vi.useFakeTimers();
  faultLog();
  const flaky = new Subscribable((hooks, attempt) => {
    if (attempt === 1) throw new Error('broken');
    hooks.acknowledged({ toolsListChanged: true });
  });
  const { controller, said, done } = subscribe([flaky]);
  await vi.advanceTimersByTimeAsync(999);
  expect(said).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(said).toEqual([{ honoured: { toolsListChanged: true } }]);
  controller.abort();
  await done;
});

test('an abort while a broken subscription rests ends it at once, without another try', async () => {
  vi.useFakeTimers();
  faultLog();
  const broken = new Subscribable(() => Promise.reject(new Error('broken')));
  const { controller, done } = subscribe([broken]);
  await vi.advanceTimersByTimeAsync(10);
  controller.abort();
  await done;
  expect(vi.getTimerCount()).toBe(0);
  expect(broken.opened).toHaveLength(1);
});

test('once it is acknowledged no timer is left, so that an idle object can leave memory', async () => {
  vi.useFakeTimers();
  const prompt = new Subscribable(hooks => hooks.acknowledged({}));
  const { controller, acknowledged, done } = subscribe([prompt]);
  await vi.advanceTimersByTimeAsync(0);
  expect(acknowledged).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
  controller.abort();
  await done;
});

test('without servers it is acknowledged with nothing and ends', async () => {
  const { acknowledged, done } = subscribe([]);
  await done;
  expect(acknowledged.mock.calls).toEqual([[{}]]);
});
