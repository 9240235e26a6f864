import { expect, test, vi } from 'vitest';
import { GatehouseError } from '../../errors.ts';
import { failure, type Outcome } from '../../protocol/message.ts';
import type { CallHooks, InnerRequest } from '../connector.ts';
import { upstreamFailure } from '../upstream-failure.ts';
import { Circuit } from './circuit.ts';
import { type Guard, guardedConnector } from './guarded-connector.ts';

const READING = { name: 'look', annotations: { readOnlyHint: true } };
const WRITING = { name: 'write', annotations: {} };
const GOOD: Outcome = { kind: 'result', result: { content: [{ type: 'text', text: 'x' }] } };
const DEAD = failure(upstreamFailure('upstream_failed', 'The server "far" failed before it answered.'));
const UNKNOWN = 'The outcome of the call is unknown: check whether it took effect before you call again.';

type Behaviour = (request: InnerRequest, hooks: CallHooks) => Outcome | Promise<Outcome>;

/** A guarded server that behaves so, call after call; the last goes on. */
function guarded(behaviours: readonly Behaviour[], change: Partial<Guard> = {}) {
  const requests: InnerRequest[] = [];
  const server = {
    server: 'far',
    version: '1',
    listen: async () => {},
    async call(request: InnerRequest, hooks: CallHooks) {
      requests.push(request);
      const behaviour = behaviours[Math.min(requests.length, behaviours.length) - 1];
      return behaviour?.(request, hooks) ?? GOOD;
    },
  };
  const settings = { CALL_TIMEOUT_MS: 1000, REPEAT_PAUSE_MS: 0 };
  const circuit = new Circuit({ opensAfter: 2, pauseMs: 60_000 });
  const controller = new AbortController();
  const notify = vi.fn();
  const connector = guardedConnector(server, {
    ...{ circuit, callTimeoutMs: null, mayBeEmpty: false, settings, ...change },
  });
  const call = (tool: typeof READING | typeof WRITING, params = {}, method = 'tools/call') =>
    connector.call(
      { method, params, client: { capabilities: {} }, tool },
      { signal: controller.signal, notify },
    );
  return { call, requests, controller, notify };
}

const never: Behaviour = () => new Promise(() => {});
const words = (outcome: Outcome) => (outcome.kind === 'result' ? outcome.result : outcome.error);

test('a tool whose server dies while it runs has failed, in words that models read and in data', async () => {
  const { call, requests } = guarded([() => DEAD]);
  expect(await call(WRITING)).toEqual({
    kind: 'result',
    result: {
      content: [{ type: 'text', text: `The server "far" failed before it answered. ${UNKNOWN}` }],
      isError: true,
      resultType: 'complete',
      _meta: { 'gatehouse/failure': { code: 'upstream_failed', outcome: 'unknown' } },
    },
  });
  expect(requests).toHaveLength(1);
});

test('what is not a tool fails with an error', async () => {
  const { call } = guarded([() => DEAD]);
  expect(await call(READING, {}, 'prompts/get')).toMatchObject({
    kind: 'error',
    error: { code: -32603, data: { code: 'upstream_failed', outcome: 'unknown' } },
  });
});

test('a tool that only reads is called a second time, and told so to its connector', async () => {
  const { call, requests } = guarded([() => DEAD, () => GOOD]);
  expect(await call(READING)).toEqual(GOOD);
  expect(requests.map(({ isRepeatable }) => isRepeatable)).toEqual([true, true]);
});

test('it is called a second time only', async () => {
  const { call, requests } = guarded([() => DEAD]);
  expect(words(await call(READING))).toMatchObject({ isError: true });
  expect(requests).toHaveLength(2);
});

test.each([
  [
    'its server has answered with an error',
    { kind: 'error', error: { code: -32603, message: 'No.' }, httpStatus: 200 },
  ],
  ['it is a failure of ours', failure(new GatehouseError('connection_missing', 'Not connected.'))],
  ['its answer is too large', failure(upstreamFailure('result_too_large', 'Too large.'))],
  ['its result is a failure', { kind: 'result', result: { content: [], isError: true } }],
] as readonly (readonly [string, Outcome])[])('a call is not made again where %s', async (_what, outcome) => {
  const { call, requests } = guarded([() => outcome]);
  await call(READING);
  expect(requests).toHaveLength(1);
});

test.each([{ requestState: 's' }, { inputResponses: { a: {} } }])(
  'a round of a call is not repeated: %j',
  async params => {
    const { call, requests } = guarded([() => DEAD]);
    await call(READING, params);
    expect(requests).toMatchObject([{ isRepeatable: false }]);
  },
);

test('a server that stalls is given up in its own time, and does not have to notice', async () => {
  const { call, requests } = guarded([never], { callTimeoutMs: 20 });
  expect(words(await call(READING))).toMatchObject({
    content: [
      { text: `The server "far" did not answer within 20 ms (the server's callTimeoutMs). ${UNKNOWN}` },
    ],
    _meta: { 'gatehouse/failure': { code: 'call_timeout', outcome: 'unknown' } },
  });
  expect(requests).toHaveLength(1);
});

test("no server's own time is longer than the setting", async () => {
  const settings = { CALL_TIMEOUT_MS: 20, REPEAT_PAUSE_MS: 0 };
  const { call } = guarded([never], { callTimeoutMs: 5000, settings });
  expect(JSON.stringify(await call(READING))).toContain('within 20 ms (setting CALL_TIMEOUT_MS)');
});

test('time that is up is said to the connector, so that it lets go', async () => {
  let signal: AbortSignal | undefined;
  const noting: Behaviour = (_request, hooks) => {
    signal = hooks.signal;
    return new Promise(() => {});
  };
  const { call } = guarded([noting], { callTimeoutMs: 20 });
  await call(WRITING);
  expect(signal?.aborted).toBe(true);
});

test('a server that keeps failing is left alone, which is said with the times', async () => {
  const { call, requests } = guarded([() => DEAD]);
  await call(WRITING);
  await call(WRITING);
  const outcome = await call(WRITING);
  expect(requests).toHaveLength(2);
  expect(words(outcome)).toMatchObject({
    _meta: { 'gatehouse/failure': { code: 'circuit_open', outcome: 'not-sent' } },
  });
  expect(JSON.stringify(outcome)).toMatch(
    /has failed 2 times in a row since 20[^ ]+Z, and is tried again at 20[^ ]+Z. The call was not sent, so nothing was done\./,
  );
});

test("errors that are not the server's open no circuit", async () => {
  const answered: Outcome = { kind: 'error', error: { code: -32602, message: 'No.' }, httpStatus: 200 };
  const ours = failure(new GatehouseError('connection_missing', 'Not connected.'));
  const { call, requests } = guarded([() => answered, () => ours, () => answered, () => ours, () => GOOD]);
  for (let count = 0; count < 4; count++) await call(WRITING);
  expect(await call(WRITING)).toEqual(GOOD);
  expect(requests).toHaveLength(5);
});

test('who cancels opens no circuit', async () => {
  const { call, controller, requests } = guarded([never]);
  const calls = [call(WRITING), call(WRITING), call(WRITING)];
  controller.abort();
  await Promise.all(calls);
  expect(requests).toHaveLength(3);
  await call(WRITING);
  expect(requests).toHaveLength(4);
});

test('an empty success is none', async () => {
  const { call } = guarded([() => ({ kind: 'result', result: {} })]);
  expect(words(await call(WRITING))).toMatchObject({
    isError: true,
    _meta: { 'gatehouse/failure': { code: 'answer_empty', outcome: 'unknown' } },
  });
});

test('progress rises, although a call begins anew', async () => {
  const telling =
    (outcome: Outcome, ...steps: number[]): Behaviour =>
    (_request, { notify }) => {
      for (const progress of steps) notify({ method: 'notifications/progress', params: { progress } });
      return outcome;
    };
  const { call, notify } = guarded([telling(DEAD, 1, 2), telling(GOOD, 1, 2, 3)]);
  await call(READING);
  expect(notify.mock.calls.map(([{ params }]) => params.progress)).toEqual([1, 2, 3]);
});
