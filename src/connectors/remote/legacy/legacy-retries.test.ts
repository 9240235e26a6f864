import { expect, test, vi } from 'vitest';
import { answer, FakeStream, isSettled, type Reached } from '../upstream.fake.ts';
import { ASK, asked, calling, DONE, parkedCall, reaching, streaming } from './legacy-bridge.fake.ts';

const REFUSED = { error: { data: { reason: 'invalid_request_state' } } };

/** A server that lets a call be resumed, over and over. */
function resuming() {
  const streams: FakeStream[] = [];
  const script = ({ headers }: Reached) => {
    if (!headers.has('last-event-id')) return undefined;
    const stream = new FakeStream();
    streams.push(stream);
    return stream.response;
  };
  return { streams, script };
}

test.each([
  ['numbers no events', undefined],
  ['numbers its events', 'e5'],
])(
  'a retry that comes twice is refused, and the call that the first took up goes on; its server %s',
  async (_how, eventId) => {
    const { streams, script } = resuming();
    const set = await parkedCall(eventId, script);
    const first = set.connector.call(set.retry, set.hooks);
    expect(await set.connector.call(set.retry, set.hooks)).toMatchObject(REFUSED);
    await vi.waitFor(() => expect(set.upstream.answers).toHaveLength(1));
    set.stream.say({ id: set.id, result: DONE });
    expect(await first).toMatchObject({ result: DONE });
    expect(await set.connector.call(set.retry, set.hooks)).toMatchObject(REFUSED);
    expect(set.upstream.answers).toHaveLength(1);
    expect(set.upstream.posted('notifications/cancelled')).toEqual([]);
    expect(streams).toEqual([]);
  },
);

test('after a restart too, only the first of two retries takes a call up', async () => {
  const { streams, script } = resuming();
  const set = await parkedCall('e5', script);
  const connector = set.restarted();
  const first = connector.call(set.retry, set.hooks);
  expect(await connector.call(set.retry, set.hooks)).toMatchObject(REFUSED);
  await vi.waitFor(() => expect(set.upstream.answers).toHaveLength(1));
  streams[0]?.say({ id: set.id, result: DONE });
  expect(await first).toMatchObject({ result: DONE });
  expect(streams).toHaveLength(1);
  expect(set.upstream.posted('notifications/cancelled')).toEqual([]);
});

test('a retry of a round before is refused while the call waits in the next, which stays as it is', async () => {
  const set = await parkedCall(undefined, () => undefined);
  const first = set.connector.call(set.retry, set.hooks);
  await vi.waitFor(() => expect(set.upstream.answers).toHaveLength(1));
  set.stream.say({ id: 'r', ...ASK });
  const next = asked(await first);
  expect(await set.connector.call(set.retry, set.hooks)).toMatchObject(REFUSED);
  expect(set.upstream.answers).toHaveLength(1);

  const inputResponses = { [next.keys[0] ?? '']: { action: 'decline' } };
  const second = set.connector.call(calling({ requestState: next.requestState, inputResponses }), set.hooks);
  await vi.waitFor(() => expect(set.upstream.answers.at(-1)).toMatchObject({ id: 'r' }));
  set.stream.say({ id: set.id, result: DONE });
  expect(await second).toMatchObject({ result: DONE });
});

test('a call that asks when its server was changed meanwhile is cancelled, and holds nothing', async () => {
  const { upstream, connector, hooks, stream, called, memory, held, wakes } = streaming();
  const call = connector.call(calling(), hooks);
  await called();
  memory.end();
  stream.say({ id: 'q', ...ASK });
  expect(await call).toMatchObject({ error: { data: { code: 'outcome_unknown' } } });
  await vi.waitFor(() => expect(upstream.posted('notifications/cancelled')).toHaveLength(1));
  expect([held, wakes]).toEqual([[], []]);
  expect(stream.isCancelled).toBe(true);
});

test('no session is opened in what has ended; one that was being opened ends', async () => {
  const { promise: initialized, resolve: initialize } = Promise.withResolvers<void>();
  const { upstream, connector, hooks, memory } = reaching(({ message }) => {
    if (message.method !== 'initialize') return undefined;
    const result = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 'far', version: '1' },
    };
    const response = answer(message, { result });
    response.headers.set('mcp-session-id', 'late');
    return initialized.then(() => response);
  });
  const early = connector.call(calling(), hooks);
  expect(await isSettled(early)).toBe(false);
  memory.end();
  initialize();
  await early;
  await vi.waitFor(() => expect(upstream.reached.map(({ method }) => method)).toContain('DELETE'));
  expect(await connector.call(calling(), hooks)).toMatchObject({ error: { data: { outcome: 'not-sent' } } });
  expect(upstream.posted('initialize')).toHaveLength(1);
});

test('only so many calls of one caller wait at a server: the next that asks is cancelled', async () => {
  const { upstream, connector, hooks, held } = reaching(({ message }) =>
    message.method === 'tools/call' ? new FakeStream().say({ id: 'q', ...ASK }).response : undefined,
  );
  const outcomes = await Promise.all(Array.from({ length: 33 }, () => connector.call(calling(), hooks)));
  const isAsking = (outcome: { kind: string }) => outcome.kind === 'result';
  expect(outcomes.filter(isAsking)).toHaveLength(32);
  expect(outcomes.find(outcome => !isAsking(outcome))).toMatchObject({ own: 'limit_reached' });
  await vi.waitFor(() => expect(upstream.posted('notifications/cancelled')).toHaveLength(1));
  expect(held).toHaveLength(32);
});
