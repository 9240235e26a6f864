import { expect, test } from 'vitest';
import type { InnerNotification, JsonObject, Outcome } from '../../protocol/message.ts';
import type { Connector, InnerRequest } from '../connector.ts';
import { type FakeDeskParts, fakeDesk } from './connect-desk.fake.ts';
import { connectingConnector } from './connecting-connector.ts';

const FAILED = result({ content: [{ type: 'text', text: 'no' }], isError: true });
const DONE = result({ content: [{ type: 'text', text: 'yes' }], resultType: 'complete' });
const LIMITS = { INPUT_TTL_SECONDS: 600 };
const WITH_LINKS = { elicitation: { url: {} } };

function result(members: JsonObject): Outcome {
  return { kind: 'result', result: members };
}

/** A server that ends its calls as it is told, one after the other. */
function scripted(outcomes: readonly Outcome[], parts: FakeDeskParts = {}) {
  const requests: InnerRequest[] = [];
  const left = [...outcomes];
  const inner: Connector = {
    server: 'issues',
    version: '1',
    async call(request) {
      requests.push(request);
      return left.shift() ?? FAILED;
    },
    async listen() {},
  };
  const { desk, waits } = fakeDesk(parts);
  const connector = connectingConnector(inner, desk, LIMITS);
  const notified: InnerNotification[] = [];
  const call = (more: JsonObject = {}, { method = 'tools/call', capabilities = WITH_LINKS as object } = {}) =>
    connector.call(
      { method, params: { name: 'list', ...more }, client: { capabilities: capabilities as JsonObject } },
      { signal: new AbortController().signal, notify: each => void notified.push(each) },
    );
  return { call, requests, waits, notified };
}

const resultOf = (outcome: Outcome): JsonObject => (outcome.kind === 'result' ? outcome.result : {});
const stateOf = (outcome: Outcome) => ({ requestState: resultOf(outcome).requestState });
const answered = (action: string) => ({ inputResponses: { connect: { action } } });
const textOf = (outcome: Outcome) => JSON.stringify(resultOf(outcome).content);

test('a call that succeeds is handed on', async () => {
  const { call } = scripted([DONE]);
  expect(await call()).toEqual(DONE);
});

test('a call that fails for want of a connection asks, waits for what was not there before, and runs again', async () => {
  const { call, requests, waits, notified } = scripted([FAILED, DONE], {
    needed: { seenAtMs: 7 },
    connected: [true],
  });
  const asked = await call();
  expect(resultOf(asked)).toMatchObject({
    resultType: 'input_required',
    inputRequests: { connect: { method: 'elicitation/create', params: { mode: 'url' } } },
  });
  expect(await call({ ...stateOf(asked), ...answered('accept') })).toEqual(DONE);
  expect(waits).toMatchObject([{ connection: 'tracker', seenAtMs: 7 }]);
  expect(notified).toMatchObject([{ method: 'notifications/elicitation/complete' }]);
  expect(requests.map(({ params }) => params)).toEqual([{ name: 'list' }, { name: 'list' }]);
});

test('a later round is run again with what it was called with', async () => {
  const own = { resultType: 'input_required', inputRequests: { name: {} }, requestState: 'connect:{}' };
  const { call, requests } = scripted([result(own), FAILED, DONE], { connected: [true] });
  const first = await call();
  const asked = await call({ ...stateOf(first), inputResponses: { name: { action: 'accept' } } });
  await call({ ...stateOf(asked), ...answered('accept') });
  const round = { name: 'list', requestState: 'connect:{}', inputResponses: { name: { action: 'accept' } } };
  expect(requests.map(({ params }) => params)).toEqual([{ name: 'list' }, round, round]);
});

test.each(['decline', 'cancel'])('%s ends the call, and runs nothing', async action => {
  const { call, requests, waits } = scripted([FAILED]);
  const ended = await call({ ...stateOf(await call()), ...answered(action) });
  expect(resultOf(ended)).toMatchObject({ isError: true, resultType: 'complete' });
  expect([requests.length, waits.length]).toEqual([1, 0]);
});

test.each([{}, { inputResponses: {} }, { inputResponses: { connect: { action: 1 } } }])(
  'without an answer (%j) it asks again, and still waits for what was not there at first',
  async answer => {
    const { call, requests, waits } = scripted([FAILED, DONE], {
      needed: { seenAtMs: 7 },
      connected: [true],
    });
    const again = await call({ ...stateOf(await call()), ...answer });
    expect(resultOf(again)).toMatchObject({ inputRequests: { connect: {} } });
    expect(requests).toHaveLength(1);
    await call({ ...stateOf(again), ...answered('accept') });
    expect(waits).toMatchObject([{ seenAtMs: 7 }]);
  },
);

test('a member who takes longer than a round is waited for in further ones, which ask nothing', async () => {
  const { call, requests } = scripted([FAILED, DONE], { connected: [false, true] });
  const waiting = await call({ ...stateOf(await call()), ...answered('accept') });
  expect(Object.keys(resultOf(waiting))).toEqual(['resultType', 'requestState']);
  expect(requests).toHaveLength(1);
  expect(await call(stateOf(waiting))).toEqual(DONE);
});

test('an account that cannot be asked right now is asked again in the next round', async () => {
  const { call } = scripted([FAILED], {});
  const asked = stateOf(await call());
  const down = scripted([DONE], { isDown: true });
  expect(resultOf(await down.call({ ...asked, ...answered('accept') })).resultType).toBe('input_required');
  expect(down.requests).toEqual([]);
});

test('a call that may have done something is not run again; it fails with the link', async () => {
  const { call, requests } = scripted([FAILED, DONE], { wants: { mayHaveActed: true } });
  const failed = await call();
  expect(resultOf(failed).isError).toBe(true);
  expect(textOf(failed)).toContain('https://mcp.example/connect/tracker?ticket=t');
  expect(requests).toHaveLength(1);
});

test('a call that never went out is run again, whatever other calls of its user did meanwhile', async () => {
  const error = { code: -32603, message: 'no', data: { outcome: 'not-sent' } };
  const unsent: Outcome = { kind: 'error', error, httpStatus: 424, own: 'connection_missing' };
  const { call } = scripted([unsent, DONE], { wants: { mayHaveActed: true }, connected: [true] });
  const asked = await call();
  expect(await call({ ...stateOf(asked), ...answered('accept') })).toEqual(DONE);
  const { own: _, ...said } = unsent;
  const claimed = await scripted([said as Outcome], { wants: { mayHaveActed: true } }).call();
  expect(claimed).toMatchObject({
    kind: 'error',
    error: { message: expect.stringContaining('check that first') },
  });
});

test('where somebody has connected meanwhile the call is run again at once, and once only', async () => {
  const { call, requests } = scripted([FAILED, FAILED, FAILED], { needed: { isThere: true } });
  expect(await call()).toEqual(FAILED);
  expect(requests).toHaveLength(2);
});

test('it is not run again where it may have done something', async () => {
  const { call, requests } = scripted([FAILED, DONE], {
    needed: { isThere: true },
    wants: { mayHaveActed: true },
  });
  expect(await call()).toEqual(FAILED);
  expect(requests).toHaveLength(1);
});

test.each([
  ['others', 'an operator or administrator connects it'],
  ['deployment', 'It comes from the settings'],
  ['nobody', 'you act for yourself'],
] as const)('a caller who cannot connect it is told why (%s), and gets no link', async (by, words) => {
  const { call } = scripted([FAILED], { needed: { by } });
  const failed = await call();
  expect(textOf(failed)).toContain(words);
  expect(textOf(failed)).not.toContain('https:');
});

test('a client that opens no links gets the error that names it', async () => {
  const { call } = scripted([FAILED]);
  const outcome = await call({}, { capabilities: { elicitation: {} } });
  expect(outcome).toMatchObject({
    kind: 'error',
    error: {
      code: -32042,
      data: { elicitations: [{ url: 'https://mcp.example/connect/tracker?ticket=t' }] },
    },
  });
});

test.each([
  ['nothing was wanted', { wants: { wants: [] } }],
  ['nothing can be learnt', { isDown: true }],
])('a failure stands as it is where %s', async (_what, parts) => {
  const { call } = scripted([FAILED], parts);
  expect(await call()).toEqual(FAILED);
});

test('methods that cannot ask fail as they fail', async () => {
  const { call } = scripted([FAILED]);
  expect(await call({}, { method: 'completion/complete' })).toEqual(FAILED);
});

test('prompts and resources ask too', async () => {
  const error: Outcome = { kind: 'error', error: { code: -32603, message: 'no' }, httpStatus: 200 };
  const { call } = scripted([error]);
  expect(resultOf(await call({}, { method: 'resources/read' })).resultType).toBe('input_required');
});

test.each(['', 'x', 'connect:', 7])(
  'a state that was not made here (%j) is refused, and runs nothing',
  async state => {
    const { call, requests } = scripted([DONE]);
    expect((await call({ requestState: state })).kind).toBe('error');
    expect(requests).toEqual([]);
  },
);

test('a connection that is not good for enough is asked for with what it has to be good for', async () => {
  const wants = [{ connection: 'tracker', reason: 'insufficient', scopes: ['write', 'read'] }] as const;
  const { call, requests } = scripted([FAILED, DONE], { wants: { wants }, connected: [true] });
  const asked = await call();
  expect(JSON.stringify(resultOf(asked).inputRequests)).toContain('ticket=t-write-read');
  expect(await call({ ...stateOf(asked), ...answered('accept') })).toEqual(DONE);
  expect(requests).toHaveLength(2);
});

test('what is granted then and still not enough is not asked for without end', async () => {
  const wants = [{ connection: 'tracker', reason: 'insufficient', scopes: ['write'] }] as const;
  const { call, requests } = scripted([FAILED, FAILED], { wants: { wants }, connected: [true] });
  const failed = await call({ ...stateOf(await call()), ...answered('accept') });
  expect(resultOf(failed).isError).toBe(true);
  expect(textOf(failed)).toContain('what was granted there is not enough');
  expect(requests).toHaveLength(2);
});
