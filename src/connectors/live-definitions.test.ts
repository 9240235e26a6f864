import { expect, test, vi } from 'vitest';
import { faultLog } from '../errors.fake.ts';
import { FakeServer } from './connector.fake.ts';
import { LiveDefinitions, watchedConnector } from './live-definitions.ts';

const TTL_MS = 1000;
const offering = (name: string) => ({
  discovered: {},
  tools: [{ name }],
  prompts: [],
  resourceTemplates: [],
});

/** Reads these, one after the other; text is why it fails. */
function reader(...outcomes: readonly string[]) {
  const read = vi.fn(async () => {
    const outcome = outcomes[read.mock.calls.length - 1] ?? 'none';
    if (outcome.startsWith('fails')) throw new Error(outcome);
    return offering(outcome);
  });
  return read;
}

const named = async (asked: Promise<ReturnType<typeof offering>> | Promise<unknown>) =>
  ((await asked) as ReturnType<typeof offering>).tools[0]?.name;

test('what a server said is used as long as it is fresh', async () => {
  const [live, read] = [new LiveDefinitions(), reader('a', 'b')];
  expect([await named(live.get(TTL_MS, read)), await named(live.get(TTL_MS, read))]).toEqual(['a', 'a']);
  expect(read).toHaveBeenCalledTimes(1);
});

test('it is asked by one at a time', async () => {
  const [live, read] = [new LiveDefinitions(), reader('a', 'b')];
  expect(await Promise.all([named(live.get(TTL_MS, read)), named(live.get(TTL_MS, read))])).toEqual([
    'a',
    'a',
  ]);
});

test('what is stale is used once more while it is read anew', async () => {
  vi.useFakeTimers({ now: 0 });
  const [live, read] = [new LiveDefinitions(), reader('a', 'b')];
  await live.get(TTL_MS, read);
  vi.setSystemTime(TTL_MS + 1);
  expect(await named(live.get(TTL_MS, read))).toBe('a');
  expect(await named(live.get(TTL_MS, read))).toBe('b');
  vi.useRealTimers();
});

test('what is much older is not used', async () => {
  vi.useFakeTimers({ now: 0 });
  const [live, read] = [new LiveDefinitions(), reader('a', 'b')];
  await live.get(TTL_MS, read);
  vi.setSystemTime(2 * TTL_MS);
  expect(await named(live.get(TTL_MS, read))).toBe('b');
  vi.useRealTimers();
});

test('once reading it anew has failed, what was before is not shown as what is', async () => {
  faultLog();
  vi.useFakeTimers({ now: 0 });
  const [live, read] = [new LiveDefinitions(), reader('a', 'fails', 'fails again')];
  await live.get(TTL_MS, read);
  vi.setSystemTime(TTL_MS + 1);
  await live.get(TTL_MS, read);
  await vi.advanceTimersByTimeAsync(0);
  await expect(live.get(TTL_MS, read)).rejects.toThrow('fails again');
  vi.useRealTimers();
});

test('a server that says that it has changed is asked anew, wherever it says so', async () => {
  const live = new LiveDefinitions();
  const change = { method: 'notifications/tools/list_changed' };
  const telling = new FakeServer('far');
  telling.call = async (_request, { notify }) => {
    notify(change);
    return { kind: 'result', result: {} };
  };
  const watched = watchedConnector(telling, live);
  const read = reader('a', 'b');
  await live.get(TTL_MS, read);
  const notify = vi.fn();
  const request = { method: 'tools/call', params: {}, client: { capabilities: {} } };
  await watched.call(request, { signal: new AbortController().signal, notify });
  expect(notify).toHaveBeenCalledWith(change);
  expect(await named(live.get(TTL_MS, read))).toBe('b');
});

test('what was being read when it changed is not kept', async () => {
  const live = new LiveDefinitions();
  const { promise, resolve } = Promise.withResolvers<ReturnType<typeof offering>>();
  const first = live.get(TTL_MS, () => promise);
  live.forget();
  const second = live.get(TTL_MS, reader('b'));
  resolve(offering('a'));
  expect([await named(first), await named(second)]).toEqual(['a', 'b']);
  expect(await named(live.get(TTL_MS, reader('c')))).toBe('b');
});
