import { expect, test, vi } from 'vitest';
import { faultLog } from '../../../errors.fake.ts';
import type { InnerRequest } from '../../connector.ts';
import { answer, FakeStream, paramsOf, type Script } from '../upstream.fake.ts';
import { ASK, asked, calling, DONE, FORMS, parkedCall, reaching, streaming } from './legacy-bridge.fake.ts';

test('a session is opened once per set of client capabilities, and each call speaks in it', async () => {
  const { upstream, connector, hooks } = reaching(() => undefined);
  await connector.call(calling(), hooks);
  await connector.call(calling(), hooks);
  await connector.call(calling({}, {}), hooks);
  const opened = upstream.posted('initialize');
  expect(opened.map(paramsOf)).toMatchObject([
    { protocolVersion: '2025-11-25', capabilities: FORMS, clientInfo: { name: 'editor' } },
    { capabilities: {} },
  ]);
  expect(upstream.posted('notifications/initialized')).toHaveLength(2);
  const sessions = upstream.posted('tools/call').map(({ headers }) => headers.get('mcp-session-id'));
  expect(sessions).toEqual(['session-1', 'session-1', 'session-2']);
  expect(upstream.posted('tools/call')[0]?.headers.get('mcp-protocol-version')).toBe('2025-11-25');
});

test('a call is sent without the envelope, with the trace it came with and a token of our own', async () => {
  const { upstream, connector, hooks } = reaching(() => undefined);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    traceparent: '00-1-2-01',
    progressToken: 'mine',
  };
  await connector.call(calling({ _meta }), hooks);
  const { id, params } = upstream.posted('tools/call')[0]?.message ?? {};
  expect(params).toEqual({
    name: 'act',
    arguments: {},
    _meta: { traceparent: '00-1-2-01', progressToken: id },
  });
});

test('a result says whose it is and that it is complete', async () => {
  const { connector, hooks } = reaching(({ message }) =>
    message.method === 'tools/call' ? answer(message, { result: DONE }) : undefined,
  );
  expect(await connector.call(calling(), hooks)).toEqual({
    kind: 'result',
    result: {
      ...DONE,
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'far', version: '1' } },
    },
  });
});

test('what a server asks on the stream of a call becomes a question; its answer goes upstream and the same call goes on', async () => {
  const { upstream, connector, hooks, stream, called, wakes, held } = streaming();
  const first = connector.call(calling(), hooks);
  const id = await called();
  stream.say({ id: 'q7', ...ASK });
  const { keys, inputRequests, requestState } = asked(await first);
  expect(Object.values(inputRequests)).toEqual([ASK]);
  expect(wakes).toHaveLength(1);
  expect(held).toHaveLength(1);

  const [key = ''] = keys;
  const accepted = { action: 'accept', content: { yes: true } };
  const second = connector.call(
    calling({ requestState, inputResponses: { [key]: accepted, other: {} } }),
    hooks,
  );
  await vi.waitFor(() => expect(upstream.answers).toEqual([{ jsonrpc: '2.0', id: 'q7', result: accepted }]));
  stream.say({ id, result: DONE });
  expect(await second).toMatchObject({ result: DONE });
  expect(upstream.posted('tools/call')).toHaveLength(1);
  await held[0];
});

test('several questions are asked together; those without an answer are asked again, those with one are not', async () => {
  const { upstream, connector, hooks, stream, called } = streaming();
  const first = connector.call(calling(), hooks);
  const id = await called();
  stream.say({ id: 1, ...ASK }).say({ id: 2, ...ASK, params: { ...ASK.params, message: 'Really?' } });
  const both = asked(await first);
  expect(both.keys).toHaveLength(2);
  const [one = '', two = ''] = both.keys;

  const yes = { action: 'accept', content: {} };
  const left = asked(
    await connector.call(calling({ requestState: both.requestState, inputResponses: { [one]: yes } }), hooks),
  );
  expect(left.keys).toEqual([two]);
  const last = connector.call(
    calling({ requestState: left.requestState, inputResponses: { [two]: yes } }),
    hooks,
  );
  await vi.waitFor(() => expect(upstream.answers.map(({ id }) => id)).toEqual([1, 2]));
  stream.say({ id, result: DONE });
  expect(await last).toMatchObject({ kind: 'result', result: { resultType: 'complete' } });
});

test.each([
  ['a form, of a client that shows none', ASK, {}],
  [
    'a link, of a client that opens none',
    { ...ASK, params: { mode: 'url', url: 'https://x.example' } },
    FORMS,
  ],
  [
    'for a completion by a model, of a client without one',
    { method: 'sampling/createMessage', params: {} },
    FORMS,
  ],
  ['for roots, of a client without any', { method: 'roots/list' }, FORMS],
  ['what nobody knows', { method: 'toString' }, FORMS],
])('a server that asks %s gets an error, and the call goes on', async (_what, question, capabilities) => {
  const { upstream, connector, hooks, stream, called } = streaming();
  const call = connector.call(calling({}, capabilities), hooks);
  const id = await called();
  stream.say({ id: 'q', ...question });
  await vi.waitFor(() => expect(upstream.answers).toMatchObject([{ id: 'q', error: { code: -32601 } }]));
  stream.say({ id, result: DONE });
  expect(await call).toMatchObject({ result: DONE });
});

test("what is asked on the session's own stream is the one call's that runs; where several run, or none, it is refused", async () => {
  const own = new FakeStream();
  const calls: FakeStream[] = [];
  const { upstream, connector, hooks } = reaching(({ method, message }) => {
    if (method === 'GET') return own.response;
    if (message.method !== 'tools/call') return undefined;
    const stream = new FakeStream();
    calls.push(stream);
    return stream.response;
  });
  const first = connector.call(calling(), hooks);
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  own.say({ id: 'one', ...ASK });
  const { keys, requestState } = asked(await first);
  const second = connector.call(calling(), hooks);
  await vi.waitFor(() => expect(calls).toHaveLength(2));
  own.say({ id: 'two', ...ASK });
  await vi.waitFor(() => expect(upstream.answers).toMatchObject([{ id: 'two', error: { code: -32601 } }]));
  calls[1]?.say({ id: upstream.posted('tools/call')[1]?.message.id, result: DONE });
  await second;

  const inputResponses = { [keys[0] ?? '']: { action: 'accept' } };
  const retried = connector.call(calling({ requestState, inputResponses }), hooks);
  await vi.waitFor(() =>
    expect(upstream.answers.at(-1)).toMatchObject({ id: 'one', result: { action: 'accept' } }),
  );
  calls[0]?.say({ id: upstream.posted('tools/call')[0]?.message.id, result: DONE });
  expect(await retried).toMatchObject({ result: DONE });
  expect(upstream.reached.filter(({ method }) => method === 'GET')).toHaveLength(1);
  await vi.waitFor(() => expect(own.isCancelled).toBe(true));
});

test("log messages on the session's own stream are the one call's that runs; where several run, nobody's", async () => {
  const own = new FakeStream();
  const calls: FakeStream[] = [];
  const { upstream, connector, hooks, notify } = reaching(
    ({ method, message }) => {
      if (method === 'GET') return own.response;
      if (message.method !== 'tools/call') return undefined;
      const stream = new FakeStream();
      calls.push(stream);
      return stream.response;
    },
    { tools: {}, logging: {} },
  );
  const log = (data: string) => ({ method: 'notifications/message', params: { level: 'error', data } });
  const request = calling();
  const wanting = { ...request, client: { ...request.client, logLevel: 'warning' } };
  const first = connector.call(wanting, hooks);
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  own.say({ ...log('alone'), params: { level: 'debug' } }).say(log('alone'));
  await vi.waitFor(() => expect(notify).toHaveBeenCalledOnce());
  const second = connector.call(wanting, hooks);
  await vi.waitFor(() => expect(calls).toHaveLength(2));
  own.say(log('together')).say({ id: 'p', method: 'ping' });
  await vi.waitFor(() => expect(upstream.answers).toHaveLength(1));
  for (const [index, { message }] of upstream.posted('tools/call').entries())
    calls[index]?.say({ id: message.id, result: DONE });
  await Promise.all([first, second]);
  expect(notify.mock.calls.map(([{ params }]) => params.data)).toEqual(['alone']);
});

test("a server that asks on and on, on the session's own stream too, asks so much at once, and is refused the rest", async () => {
  const own = new FakeStream();
  const { upstream, connector, hooks, called } = streaming(({ method }) =>
    method === 'GET' ? own.response : undefined,
  );
  const call = connector.call(calling(), hooks);
  await called();
  for (let id = 0; id < 500; id++) own.say({ id, ...ASK });
  expect(asked(await call).keys).toHaveLength(32);
  await vi.waitFor(() => expect(upstream.answers.length).toBeGreaterThan(0));
  expect(upstream.answers).toMatchObject(upstream.answers.map(() => ({ error: { code: -32601 } })));
});

test('a ping is answered, and nobody hears of it', async () => {
  const { upstream, connector, hooks, notify, stream, called } = streaming();
  const call = connector.call(calling(), hooks);
  const id = await called();
  stream.say({ id: 'p', method: 'ping' }).say({ id, result: DONE });
  await call;
  expect(upstream.answers).toEqual([{ jsonrpc: '2.0', id: 'p', result: {} }]);
  expect(notify).not.toHaveBeenCalled();
});

test('progress comes under the token of the caller, and that of others not at all', async () => {
  const { connector, hooks, notify, stream, called } = streaming();
  const call = connector.call(calling({ _meta: { progressToken: 'mine' } }), hooks);
  const id = await called();
  const progress = (progressToken: unknown) => ({
    method: 'notifications/progress',
    params: { progressToken, progress: 1 },
  });
  stream.say(progress('mine')).say(progress(id)).say({ id, result: DONE });
  await call;
  expect(notify.mock.calls).toEqual([[{ jsonrpc: '2.0', ...progress('mine') }]]);
});

test('log messages are asked for from the lowest level on that anybody wants; each call hears what it wants', async () => {
  const script: Script = ({ message }) => {
    if (message.method !== 'tools/call') return undefined;
    const stream = new FakeStream();
    const log = (level: string) => ({ method: 'notifications/message', params: { level, data: level } });
    stream.say(log('debug')).say(log('error')).say({ id: message.id, result: DONE });
    return stream.response;
  };
  const { upstream, connector, hooks, notify } = reaching(script, { tools: {}, logging: {} });
  const wanting = (logLevel?: string): InnerRequest => {
    const { client, ...request } = calling();
    return { ...request, client: { ...client, ...(logLevel && { logLevel }) } };
  };
  await connector.call(wanting(), hooks);
  expect(notify).not.toHaveBeenCalled();
  for (const level of ['warning', 'error', 'debug']) await connector.call(wanting(level), hooks);
  expect(upstream.posted('logging/setLevel').map(paramsOf)).toEqual([
    { level: 'warning' },
    { level: 'debug' },
  ]);
  expect(notify.mock.calls.map(([{ params }]) => params.level)).toEqual(['error', 'error', 'debug', 'error']);
});

test('a caller that leaves cancels the call upstream', async () => {
  const { upstream, connector, notify, stream, called } = streaming();
  const controller = new AbortController();
  const call = connector.call(calling(), { signal: controller.signal, notify });
  const requestId = await called();
  controller.abort();
  expect(await call).toMatchObject({ kind: 'error' });
  await vi.waitFor(() =>
    expect(upstream.posted('notifications/cancelled').map(paramsOf)).toMatchObject([{ requestId }]),
  );
  await vi.waitFor(() => expect(stream.isCancelled).toBe(true));
});

test('a call that waits too long is cancelled upstream, once', async () => {
  const { upstream, connector, hooks, stream, called, memory, wakes } = streaming();
  const call = connector.call(calling(), hooks);
  const requestId = await called();
  stream.say({ id: 'q', ...ASK });
  await call;
  const [dueAtMs = 0] = wakes;
  memory.parked.expire(dueAtMs - 1);
  expect(memory.parked.nextAtMs).toBe(dueAtMs);
  memory.parked.expire(dueAtMs);
  memory.parked.expire(dueAtMs);
  await vi.waitFor(() =>
    expect(upstream.posted('notifications/cancelled').map(paramsOf)).toMatchObject([{ requestId }]),
  );
  expect(memory.parked.nextAtMs).toBeNull();
});

test('after a restart a call is taken up again after its last event, in its own session', async () => {
  const resumed = new FakeStream();
  const set = await parkedCall('e5', ({ headers }) =>
    headers.has('last-event-id') ? resumed.response : undefined,
  );
  expect(set.held).toEqual([]);
  const retried = set.restarted().call(set.retry, set.hooks);
  await vi.waitFor(() => expect(set.upstream.answers).toMatchObject([{ id: 'q' }]));
  resumed.say({ id: set.id, result: DONE });
  expect(await retried).toMatchObject({ result: DONE });
  const [get] = set.upstream.reached.filter(({ headers }) => headers.has('last-event-id'));
  expect(get?.headers.get('last-event-id')).toBe('e5');
  expect(get?.headers.get('mcp-session-id')).toBe('session-1');
  expect(set.upstream.posted('tools/call')).toHaveLength(1);
  expect(set.upstream.posted('initialize')).toHaveLength(1);
});

test.each([
  ['its server numbers no events', undefined],
  ['its server resumes nothing', 'e5'],
])(
  'after a restart the outcome is unknown where %s: nothing is answered or run again',
  async (_why, eventId) => {
    const set = await parkedCall(eventId, () => undefined);
    expect(await set.restarted().call(set.retry, set.hooks)).toMatchObject({
      kind: 'error',
      error: { data: { code: 'outcome_unknown', outcome: 'unknown' } },
    });
    expect(set.upstream.answers).toEqual([]);
    expect(set.upstream.posted('tools/call')).toHaveLength(1);
    await vi.waitFor(() => expect(set.upstream.posted('notifications/cancelled')).toHaveLength(1));
  },
);

test('a state of another address is refused: no session is told to another server', async () => {
  const set = await parkedCall('e5', () => undefined);
  const state = JSON.parse(String(set.retry.params.requestState));
  const requestState = JSON.stringify({ ...state, url: 'https://other.example/mcp' });
  const retry = { ...set.retry, params: { ...set.retry.params, requestState } };
  const before = set.upstream.reached.length;
  expect(await set.connector.call(retry, set.hooks)).toMatchObject({
    error: { data: { reason: 'invalid_request_state' } },
  });
  expect(set.upstream.reached).toHaveLength(before);
});

test.each([
  ['a tool that only reads', { tool: { annotations: { readOnlyHint: true } } }, 2],
  ['a tool that may act', { tool: {} }, 1],
])(
  'a session that its server has lost is opened anew; sent again is %s, %j: %i',
  async (_what, more, times) => {
    faultLog();
    const { upstream, connector, hooks } = reaching(({ message, headers }) => {
      if (message.method !== 'tools/call') return undefined;
      const isLost = headers.get('mcp-session-id') === 'session-1';
      return isLost
        ? answer(message, { error: { code: -32001, message: 'Session not found' } }, 404)
        : answer(message, { result: DONE });
    });
    const outcome = await connector.call({ ...calling(), ...more }, hooks);
    expect(upstream.posted('tools/call')).toHaveLength(times);
    if (times === 1)
      expect(outcome).toMatchObject({
        own: 'upstream_session_lost',
        error: { data: { outcome: 'unknown' } },
      });
    else expect(outcome).toMatchObject({ result: DONE });
    expect(await connector.call({ ...calling(), ...more }, hooks)).toMatchObject({ result: DONE });
    expect(upstream.posted('initialize')).toHaveLength(2);
  },
);

test('a missing resource reads as clients of 2026-07-28 know it', async () => {
  const { connector, hooks } = reaching(({ message }) =>
    message.method === 'resources/read'
      ? answer(message, { error: { code: -32002, message: 'Not found' } })
      : undefined,
  );
  const request = { ...calling(), method: 'resources/read', params: { uri: 'test://gone' } };
  expect(await connector.call(request, hooks)).toMatchObject({
    error: { code: -32602, message: 'Not found', data: { uri: 'test://gone' } },
    httpStatus: 200,
  });
});

const LINK = { elicitationId: 'e', url: 'https://far.example/allow', message: 'Allow it.' };

/** A server that wants a link opened before its first call. */
function linking() {
  let calls = 0;
  return reaching(({ message }) => {
    if (message.method !== 'tools/call') return undefined;
    calls += 1;
    const data = { elicitations: [{ mode: 'url', ...LINK }] };
    return calls === 1
      ? answer(message, { error: { code: -32042, message: 'A link.', data } })
      : answer(message, { result: DONE });
  });
}
const LINKS = { elicitation: { form: {}, url: {} } };

test.each([
  ['accept', 2, { result: DONE }],
  ['decline', 1, { result: { isError: true } }],
])(
  'a call that needs a link opened first (-32042) asks for it; on %s there are %i calls',
  async (action, times, end) => {
    const { upstream, connector, hooks } = linking();
    const { keys, inputRequests, requestState } = asked(await connector.call(calling({}, LINKS), hooks));
    expect(Object.values(inputRequests)).toEqual([
      { method: 'elicitation/create', params: { mode: 'url', ...LINK } },
    ]);
    const inputResponses = { [keys[0] ?? '']: { action } };
    expect(await connector.call(calling({ requestState, inputResponses }, LINKS), hooks)).toMatchObject(end);
    expect(upstream.posted('tools/call')).toHaveLength(times);
  },
);

test('a client that opens no links reads in words which one to open', async () => {
  const { connector, hooks } = linking();
  const outcome = await connector.call(calling(), hooks);
  expect(outcome).toMatchObject({ error: { code: -32042, message: expect.stringContaining(LINK.url) } });
});

test('when it ends, all that was open ends at the server too', async () => {
  const { upstream, connector, hooks, memory } = reaching(() => undefined);
  await connector.call(calling(), hooks);
  memory.end();
  await vi.waitFor(() => expect(upstream.reached.at(-1)?.method).toBe('DELETE'));
  expect(upstream.reached.at(-1)?.headers.get('mcp-session-id')).toBe('session-1');
});
