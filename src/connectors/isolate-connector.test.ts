import { expect, test, vi } from 'vitest';
import { fakeSettings } from '../env.fake.ts';
import { faultLog } from '../errors.fake.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { InnerRequest } from './connector.ts';
import { answer, MEMORY, reaching, streamed, untilAborted } from './isolate.fake.ts';
import { isolateConnector } from './isolate-connector.ts';

const REQUEST: InnerRequest = {
  method: 'tools/call',
  params: { name: 'recall', arguments: { region: 'eu' } },
  client: { info: { name: 'editor' }, capabilities: { elicitation: {} } },
  paramHeaders: { 'mcp-param-region': 'eu', 'mcp-method': 'tools/list' },
};
const RESULT = { content: [], resultType: 'complete' };
const UNKNOWN = 'The outcome of the call is unknown: check whether it took effect before you call again.';

test('a request reaches the isolate in the language of 2026-07-28, with headers that mirror its body', async () => {
  const { connector, hooks, seen } = reaching(() => answer({ result: RESULT }));
  expect(await connector.call(REQUEST, hooks)).toEqual({ kind: 'result', result: RESULT });
  const request = seen[0]?.request;
  expect(request?.method).toBe('POST');
  expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'recall',
    'mcp-param-region': 'eu',
  });
  expect(await request?.json()).toMatchObject({
    jsonrpc: '2.0',
    method: 'tools/call',
    params: {
      name: 'recall',
      arguments: { region: 'eu' },
      _meta: { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } },
    },
  });
});

test('progress and logs come before the result, in their order; tokens of progress are between neighbours', async () => {
  const log = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info' } };
  const progress = (progressToken: unknown) => ({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken, progress: 1 },
  });
  const { connector, hooks } = reaching(async ({ request }) => {
    const { params } = (await request.json()) as { params: { _meta: { progressToken: number } } };
    const token = params._meta.progressToken;
    expect(token).not.toBe('mine');
    return streamed(progress(token), progress('mine'), log, { jsonrpc: '2.0', id: 1, result: RESULT });
  });
  const request = { ...REQUEST, params: { ...REQUEST.params, _meta: { progressToken: 'mine' } } };
  expect(await connector.call(request, hooks)).toEqual({ kind: 'result', result: RESULT });
  expect(hooks.notify.mock.calls).toEqual([[progress('mine')], [log]]);
});

test('an error of a server that could not read the request has no id', async () => {
  const { connector, hooks } = reaching(() =>
    Response.json({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'No.' } }),
  );
  expect(await connector.call(REQUEST, hooks)).toMatchObject({ kind: 'error', error: { code: -32700 } });
});

test('an error of the server is passed on with its status', async () => {
  const error = { code: -32602, message: 'No.', data: { a: 1 } };
  const { connector, hooks } = reaching(() => answer({ error }, 400));
  expect(await connector.call(REQUEST, hooks)).toEqual({ kind: 'error', error, httpStatus: 400 });
});

test.each([
  ['text', () => new Response('oops', { status: 500 })],
  ['nothing', () => new Response(null, { status: 202 })],
  ['JSON that is no response', () => answer({})],
  ['a result that is no object', () => answer({ result: 'x' })],
  [
    'a stream that ends without an answer',
    () => streamed({ jsonrpc: '2.0', method: 'notifications/message' }),
  ],
  ['an answer to another request', () => Response.json({ jsonrpc: '2.0', id: 98_765, result: RESULT })],
  ['a stream of something else', () => streamed([] as unknown as JsonObject)],
  ['a failure to answer', () => Promise.reject(new Error('secret of the isolate'))],
])(
  '%s is an upstream failure whose outcome is unknown: it is reported, and nothing of it is told',
  async (_what, respond) => {
    const faults = faultLog();
    const { connector, hooks } = reaching(respond);
    expect(await connector.call(REQUEST, hooks)).toEqual({
      kind: 'error',
      error: {
        code: -32603,
        message: `The server "memory" failed before it answered. ${UNKNOWN}`,
        data: { code: 'upstream_failed', outcome: 'unknown' },
      },
      httpStatus: 200,
      own: 'upstream_failed',
    });
    expect(faults()).toMatchObject([{ event: 'upstream_failed', server: 'memory' }]);
    expect(JSON.stringify(faults())).not.toMatch(/secret|oops/);
  },
);

test('a server that cannot be loaded is an outcome too, not an exception', async () => {
  const faults = faultLog();
  const broken = () => {
    throw new Error('no such module');
  };
  const { hooks } = reaching(() => answer({}));
  const outcome = await isolateConnector(MEMORY, broken, fakeSettings()).call(REQUEST, hooks);
  expect(outcome).toMatchObject({ kind: 'error', error: { data: { code: 'upstream_failed' } } });
  expect(faults()).toMatchObject([{ event: 'upstream_failed', server: 'memory' }]);
});

test.each([
  ['JSON', () => answer({ result: { text: 'x'.repeat(300) } })],
  ['a stream', () => streamed({ jsonrpc: '2.0', id: 1, result: { text: 'x'.repeat(300) } })],
])('a result larger than the limit is refused by name of the setting: %s', async (_what, respond) => {
  const faults = faultLog();
  const { connector, hooks } = reaching(respond, { MAX_RESULT_BYTES: 200 });
  expect(await connector.call(REQUEST, hooks)).toMatchObject({
    kind: 'error',
    error: {
      code: -32603,
      message:
        'The answer is larger than 200 bytes (setting MAX_RESULT_BYTES); ask for less at a time. The call was carried out, but its answer cannot be used.',
      data: { code: 'result_too_large' },
    },
  });
  expect(faults()).toEqual([]);
});

test('a cancelled call is cancelled in the isolate', async () => {
  faultLog();
  const { connector, hooks, seen } = reaching(untilAborted);
  const controller = new AbortController();
  const outcome = connector.call(REQUEST, { ...hooks, signal: controller.signal });
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  controller.abort();
  expect(await outcome).toMatchObject({ kind: 'error' });
  expect(seen[0]?.signal.aborted).toBe(true);
});
