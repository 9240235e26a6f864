import { afterEach, expect, test, vi } from 'vitest';
import type { JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector, ListenHooks } from './connector.ts';
import { listenAll } from './listen-all.ts';

const CLIENT: ClientProfile = { capabilities: {} };
const FILTER = { toolsListChanged: true, resourceSubscriptions: ['a:1', 'b:1'] };
const CHANGED = { method: 'notifications/tools/list_changed' };

/** A server whose subscription the test plays; it stays open until aborted unless the script ends it. */
class Subscribable implements Connector {
  readonly server = 'fake';
  readonly opened: { filter: JsonObject; client: ClientProfile; hooks: ListenHooks }[] = [];
  readonly #script: (hooks: ListenHooks, attempt: number) => unknown;

  constructor(script: (hooks: ListenHooks, attempt: number) => unknown) {
    this.#script = script;
  }

  call(): never {
    throw new Error('not called here');
  }

  async listen(filter: JsonObject, client: ClientProfile, hooks: ListenHooks): Promise<void> {
    this.opened.push({ filter, client, hooks });
    const aborted = new Promise<void>(resolve => hooks.signal.addEventListener('abort', () => resolve()));
    if ((await this.#script(hooks, this.opened.length)) !== 'ended') await aborted;
  }
}

function subscribe(servers: readonly Connector[], ackTimeoutMs = 5000) {
  const controller = new AbortController();
  const acknowledged = vi.fn();
  const notify = vi.fn();
  const hooks = { signal: controller.signal, acknowledged, notify };
  const done = listenAll(servers, FILTER, CLIENT, ackTimeoutMs, hooks);
  return { controller, acknowledged, notify, done };
}

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

test('a server that is late is not waited for, and its notifications come all the same', async () => {
  const prompt = new Subscribable(hooks => hooks.acknowledged({ toolsListChanged: true }));
  const late = new Subscribable(() => {});
  const { controller, acknowledged, notify, done } = subscribe([prompt, late], 20);
  await vi.waitFor(() => expect(acknowledged).toHaveBeenCalledWith({ toolsListChanged: true }));
  late.opened[0]?.hooks.acknowledged({ promptsListChanged: true });
  late.opened[0]?.hooks.notify(CHANGED);
  controller.abort();
  await done;
  expect(acknowledged).toHaveBeenCalledOnce();
  expect(notify).toHaveBeenCalledWith(CHANGED);
});

test('notifications of every server arrive', async () => {
  const servers = ['a', 'b'].map(method => new Subscribable(hooks => hooks.notify({ method })));
  const { controller, notify, done } = subscribe(servers);
  controller.abort();
  await done;
  expect(notify.mock.calls).toEqual([[{ method: 'a' }], [{ method: 'b' }]]);
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

test('an abort while a broken subscription rests ends it without another try', async () => {
  vi.useFakeTimers();
  const broken = new Subscribable(() => Promise.reject(new Error('broken')));
  const { controller, done } = subscribe([broken]);
  await vi.advanceTimersByTimeAsync(10);
  controller.abort();
  await vi.advanceTimersByTimeAsync(1000);
  await done;
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
