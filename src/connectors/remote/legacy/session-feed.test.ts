import { expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../protocol/message.ts';
import { FakeStream, FakeUpstream, paramsOf, type Script } from '../upstream.fake.ts';
import { SessionFeed } from './session-feed.ts';
import { UpstreamSession } from './upstream-session.ts';

const URI = 'test://watched';
const ALL = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
};
const TOOLS = { method: 'notifications/tools/list_changed' };
const UPDATED = { method: 'notifications/resources/updated', params: { uri: URI } };

/** The feed of a session whose own stream the test writes. */
function feeding(capabilities: JsonObject = ALL, script?: Script) {
  const stream = new FakeStream();
  const upstream = new FakeUpstream(
    script ?? (({ method }) => (method === 'GET' ? stream.response : undefined)),
  );
  const session = new UpstreamSession(upstream, { id: 's', revision: '2025-11-25' }, { capabilities });
  const heard = vi.fn();
  return { stream, upstream, heard, feed: new SessionFeed(session, heard) };
}

/** Somebody who listens, and what they hear. */
function listening(feed: SessionFeed, filter: JsonObject) {
  const controller = new AbortController();
  const hooks = { signal: controller.signal, acknowledged: vi.fn(), notify: vi.fn() };
  const ended = feed.listen(filter, hooks);
  ended.catch(() => {});
  const ready = vi.waitFor(() => expect(hooks.acknowledged).toHaveBeenCalledOnce());
  return { ...hooks, ended, ready, leave: () => controller.abort() };
}

test('one stream tells all who listen, each of what they asked for', async () => {
  const { stream, upstream, feed, heard } = feeding();
  const first = listening(feed, { toolsListChanged: true });
  const second = listening(feed, { resourceSubscriptions: [URI] });
  await Promise.all([first.ready, second.ready]);
  expect(first.acknowledged).toHaveBeenCalledWith({ toolsListChanged: true });
  expect(second.acknowledged).toHaveBeenCalledWith({ resourceSubscriptions: [URI] });
  stream.say(TOOLS).say(UPDATED);
  await vi.waitFor(() => expect(second.notify).toHaveBeenCalledOnce());
  expect(first.notify.mock.calls).toEqual([[{ jsonrpc: '2.0', ...TOOLS }]]);
  expect(second.notify.mock.calls).toEqual([[{ jsonrpc: '2.0', ...UPDATED }]]);
  expect(heard).toHaveBeenCalledTimes(2);
  expect(upstream.reached.filter(({ method }) => method === 'GET')).toHaveLength(1);
});

test('a resource is subscribed to once, and until nobody follows it; then the stream is let go', async () => {
  const { stream, upstream, feed } = feeding();
  const [first, second] = [
    listening(feed, { resourceSubscriptions: [URI] }),
    listening(feed, { resourceSubscriptions: [URI] }),
  ];
  await Promise.all([first.ready, second.ready]);
  first.leave();
  await first.ended;
  expect(upstream.posted('resources/subscribe').map(paramsOf)).toEqual([{ uri: URI }]);
  expect(upstream.posted('resources/unsubscribe')).toEqual([]);
  second.leave();
  await second.ended;
  await vi.waitFor(() =>
    expect(upstream.posted('resources/unsubscribe').map(paramsOf)).toEqual([{ uri: URI }]),
  );
  await vi.waitFor(() => expect(stream.isCancelled).toBe(true));
});

test('only what the server offers is honoured', async () => {
  const { upstream, feed } = feeding({ tools: {}, resources: { listChanged: true } });
  const listener = listening(feed, {
    toolsListChanged: true,
    resourcesListChanged: true,
    resourceSubscriptions: [URI],
  });
  await listener.ready;
  expect(listener.acknowledged).toHaveBeenCalledWith({ resourcesListChanged: true });
  expect(upstream.posted('resources/subscribe')).toEqual([]);
});

test('a server without such a stream (405) leaves its listeners in peace', async () => {
  const { feed } = feeding(ALL, ({ method, message }) =>
    method === 'GET'
      ? Response.json(
          { jsonrpc: '2.0', id: null, error: { code: -32000, message: String(message.id) } },
          { status: 405 },
        )
      : undefined,
  );
  const listener = listening(feed, { toolsListChanged: true });
  await listener.ready;
  listener.leave();
  await expect(listener.ended).resolves.toBeUndefined();
});

test('a stream that is said to be taken is asked for again', async () => {
  const stream = new FakeStream();
  let tries = 0;
  const { feed } = feeding(ALL, ({ method }) => {
    if (method !== 'GET') return undefined;
    tries += 1;
    const error = { code: -32000, message: 'Conflict' };
    return tries === 1
      ? Response.json({ jsonrpc: '2.0', id: null, error }, { status: 409 })
      : stream.response;
  });
  await listening(feed, { toolsListChanged: true }).ready;
  expect(tries).toBe(2);
});

test('a stream that breaks is an error, so that it can be opened again', async () => {
  const { stream, feed } = feeding();
  const listener = listening(feed, { toolsListChanged: true });
  await listener.ready;
  stream.break();
  await expect(listener.ended).rejects.toThrow('connection reset');
});

test('a ping is answered, and what nobody is running for is refused', async () => {
  const { stream, upstream, feed } = feeding();
  await listening(feed, { toolsListChanged: true }).ready;
  stream.say({ id: 'p', method: 'ping' }).say({ id: 'r', method: 'roots/list' });
  await vi.waitFor(() =>
    expect(upstream.answers).toMatchObject([
      { id: 'p', result: {} },
      { id: 'r', error: { code: -32601 } },
    ]),
  );
});

test('a server that asks without end gets one reply at a time, and only so many', async () => {
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  const stream = new FakeStream();
  const { upstream, feed } = feeding(ALL, ({ method, message }) => {
    if (method === 'GET') return stream.response;
    return message.result ? taken.then(() => new Response(null, { status: 202 })) : undefined;
  });
  const listener = listening(feed, { toolsListChanged: true });
  await listener.ready;
  for (let id = 0; id < 1000; id++) stream.say({ id, method: 'ping' });
  stream.say(TOOLS);
  await vi.waitFor(() => expect(listener.notify).toHaveBeenCalledOnce());
  expect(upstream.answers).toHaveLength(1);
  take();
  await vi.waitFor(() => expect(upstream.answers.length).toBeGreaterThan(10));
  expect(upstream.answers.length).toBeLessThanOrEqual(17);
  for (let id = 0; id < 1000; id++) stream.say({ id: id + 1000, method: 'ping' });
  stream.say(TOOLS);
  await vi.waitFor(() => expect(listener.notify).toHaveBeenCalledTimes(2));
  expect(upstream.answers.length).toBeLessThanOrEqual(60);
});

test('a stream that ends at once is not opened again at once, whatever its server wants', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { upstream, feed } = feeding(ALL, ({ method }) => {
    if (method !== 'GET') return undefined;
    const stream = new FakeStream().say(TOOLS, 'e', 0);
    stream.end();
    return stream.response;
  });
  const opened = () => upstream.reached.filter(({ method }) => method === 'GET').length;
  const listener = listening(feed, { toolsListChanged: true });
  await vi.advanceTimersByTimeAsync(5000);
  expect(opened()).toBeGreaterThan(2);
  expect(opened()).toBeLessThanOrEqual(11);
  listener.leave();
  vi.useRealTimers();
});
