import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { RawClient, RawSession } from './support/raw-client.ts';
import {
  answerOf,
  refusalOf,
  resultOf,
  StreamReader,
  slowCount,
  statusOf,
  wireClient,
} from './support/wire.ts';

const PATH = '/mcp/everything';
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const INITIALIZE = { jsonrpc: '2.0', method: 'initialize', params: { protocolVersion: '2025-11-25' } };

let client: RawClient;
let session: RawSession;

beforeAll(async () => {
  client = await wireClient(inject('origin'), PATH);
  session = await client.initialize();
});

/** What each method of the endpoint answers for a session id. */
function statuses(headers: Record<string, string>): Promise<number[]> {
  return Promise.all([
    statusOf(client.send({ headers, body: PING })),
    statusOf(client.send({ headers, method: 'GET' })),
    statusOf(client.send({ headers, method: 'DELETE' })),
  ]);
}

describe('2025-11-25, Lifecycle, "Version Negotiation"', () => {
  test.each([
    ['2025-11-25', '2025-11-25'],
    ['2025-06-18', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['1999-01-01', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    ['', '2025-11-25'],
  ])('a client that asks for "%s" is answered with %s', async (asked, protocolVersion) => {
    const { opened } = await client.initialize({}, asked);
    expect(opened).toMatchObject({
      id: 'init',
      result: { protocolVersion, serverInfo: { name: 'everything' }, capabilities: { tools: {} } },
    });
  });
});

describe('2025-11-25, Streamable HTTP, "Sending Messages to the Server"', () => {
  test.each([
    ['a notification', { jsonrpc: '2.0', method: 'notifications/roots/list_changed' }],
    ['a notification nobody knows', { jsonrpc: '2.0', method: 'notifications/unheard_of' }],
    ['a response to nothing', { jsonrpc: '2.0', id: 'none', result: {} }],
    ['an error without an id', { jsonrpc: '2.0', error: { code: -32600, message: 'what?' } }],
  ])('%s is accepted with 202 and no body', async (_what, message) => {
    const response = await session.post(message);
    expect([response.status, await response.text()]).toEqual([202, '']);
  });

  test('a call that is quick and has nothing else to say is answered with JSON', async () => {
    const response = await session.request('quick', 'tools/call', {
      name: 'echo',
      arguments: { message: 'hi' },
    });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ id: 'quick', result: { content: [{ text: 'hi' }] } });
  });

  test.each([
    ['of requests', [PING, { ...PING, id: 2 }]],
    ['of one request', [PING]],
    ['of a notification', [{ jsonrpc: '2.0', method: 'notifications/initialized' }]],
    ['of nothing', []],
  ])('a batch %s is refused', async (_what, batch) => {
    expect(await refusalOf(session.post(batch))).toEqual([400, -32600]);
  });

  test.each([0, -1, '', ' ', '__proto__', 'constructor', 'x'.repeat(100_000), 2 ** 53 - 1])(
    'a request id comes back as it was sent (%j)',
    async id => {
      const call = { name: 'echo', arguments: { message: 'id' } };
      expect(await answerOf(session.request(id, 'tools/call', call))).toMatchObject({ id, result: {} });
      expect(await answerOf(session.request(id, 'tools/list'))).toMatchObject({ id, result: {} });
    },
  );

  test.each([[1.5], [null], [true], [{}], [[]], [1e300]])(
    'a request id that is none is refused (%j)',
    async id => {
      expect(await refusalOf(session.post({ ...PING, id }))).toEqual([400, -32600]);
    },
  );
});

describe('2025-11-25, Streamable HTTP, "Session Management"', () => {
  test('a session id is visible ASCII, and another one each time', async () => {
    const { id } = await client.initialize();
    expect(id).toMatch(/^[\x21-\x7e]{64,}$/);
    expect(id).not.toBe(session.id);
  });

  test("a session id of the client's choice is refused at initialize", async () => {
    const chosen = { headers: { 'mcp-session-id': session.id }, body: { ...INITIALIZE, id: 1 } };
    const response = await client.send(chosen);
    expect(response.headers.get('mcp-session-id')).toBeNull();
    expect(await refusalOf(response)).toEqual([400, -32600]);
  });

  test('without a session id all but initialize is refused', async () => {
    expect(await statuses({})).toEqual([400, 400, 400]);
  });

  test.each(['x', 'v1.k1.x.y', 'a b', `v1.k1.${'A'.repeat(43)}.${'A'.repeat(22)}`, 'v1.__proto__.x.y'])(
    'a session id that never was leads nowhere (%s)',
    async id => {
      expect(await statuses({ 'mcp-session-id': id })).toEqual([404, 404, 404]);
    },
  );

  test('a session id has one spelling only', async () => {
    const last = session.id.at(-1) === 'A' ? 'B' : 'A';
    for (const id of [`${session.id}=`, `${session.id.slice(0, -1)}${last}`, session.id.toLowerCase()]) {
      expect(await statuses({ 'mcp-session-id': id })).toEqual([404, 404, 404]);
    }
  });

  test('a session that was deleted is gone, for every method and message', async () => {
    const ended = await client.initialize();
    expect(await statusOf(ended.delete())).toBe(204);
    expect(await statuses({ 'mcp-session-id': ended.id })).toEqual([404, 404, 404]);
    expect(await statusOf(ended.post({ jsonrpc: '2.0', method: 'notifications/initialized' }))).toBe(404);
    expect(await statusOf(ended.post({ jsonrpc: '2.0', id: 1, result: {} }))).toBe(404);
  });

  test('a notification called initialize neither revives an ended session nor harms a live one', async () => {
    const ended = await client.initialize();
    await statusOf(ended.delete());
    expect(await statusOf(ended.post(INITIALIZE))).toBe(404);
    expect(await statusOf(ended.request(1, 'ping'))).toBe(404);
    expect(await statusOf(session.post(INITIALIZE))).toBe(202);
    expect(await resultOf(session.request(1, 'ping'))).toEqual({});
  });

  test('DELETE ends every stream, and lets go of a call that has no answer yet', async () => {
    const ended = await client.initialize();
    const own = await StreamReader.get(ended);
    const streaming = new StreamReader(await ended.request(1, 'tools/call', slowCount(100, 100, 'p')));
    await streaming.method('notifications/progress');
    const undecided = ended.request(2, 'tools/call', slowCount(1, 5000));
    expect(await resultOf(ended.request(3, 'ping'))).toEqual({});
    expect(await statusOf(ended.delete())).toBe(204);
    await Promise.all([own.rest(), streaming.rest(), undecided.then(response => response.text())]);
    expect(await statusOf(ended.request(4, 'ping'))).toBe(404);
  });
});

describe('2025-11-25, Streamable HTTP, "Protocol Version Header"', () => {
  test.each(['1999-01-01', 'latest', '2025-11-25, 2025-06-18'])('"%s" is refused', async version => {
    const headers = { 'mcp-session-id': session.id, 'mcp-protocol-version': version };
    expect(await statuses(headers)).toEqual([400, 400, 400]);
  });

  test.each(['2025-11-25', '2025-06-18', '2025-03-26'])('"%s" is served', async version => {
    expect(await resultOf(session.post(PING, { 'mcp-protocol-version': version }))).toEqual({});
  });
});

describe('requests of a session', () => {
  test('ping is answered with an empty result', async () => {
    expect(await resultOf(session.request(1, 'ping'))).toEqual({});
  });

  test.each(['no/such/method', '__proto__', 'server/discover', 'subscriptions/listen', 'tasks/list'])(
    'a method that 2025 sessions do not have is not found (%s)',
    async method => {
      expect((await answerOf(session.request(1, method))).error?.code).toBe(-32601);
    },
  );

  test('2025-11-25, Resources, "Error Handling": a resource that is not there is -32002', async () => {
    const missing = { uri: 'test://no-such-resource' };
    expect((await answerOf(session.request(1, 'resources/read', missing))).error?.code).toBe(-32002);
  });

  test.each([
    ['an unknown tool', 'tools/call', { name: 'no_such_tool' }],
    ['a tool without a name', 'tools/call', {}],
    ['a tool whose name is an object', 'tools/call', { name: { toString: 1 } }],
    ['arguments that are no object', 'tools/call', { name: 'echo', arguments: 'x' }],
    ['an unknown prompt', 'prompts/get', { name: 'no_such_prompt' }],
    ['a URI that is none', 'resources/read', { uri: 7 }],
    ['a cursor that is empty', 'tools/list', { cursor: '' }],
    ['a cursor that we never made', 'resources/list', { cursor: 'bzk5OQ==' }],
    ['a cursor that is a number', 'prompts/list', { cursor: 1 }],
    ['a reference that is none', 'completion/complete', { ref: 5 }],
    ['a subscription without a URI', 'resources/subscribe', {}],
    ['an unknown log level', 'logging/setLevel', { level: 'constructor' }],
  ])('%s is -32602', async (_what, method, params) => {
    expect((await answerOf(session.request(1, method, params))).error?.code).toBe(-32602);
  });
});

describe('results for 2025 clients', () => {
  const MODERN_ONLY = /"(resultType|ttlMs|cacheScope|io\.modelcontextprotocol\/[^"]*)"/;

  test.each([
    ['tools/list', {}],
    ['prompts/list', {}],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/read', { uri: 'test://static-text' }],
    ['tools/call', { name: 'test_multiple_content_types' }],
    ['prompts/get', { name: 'test_simple_prompt' }],
    [
      'completion/complete',
      {
        ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
        argument: { name: 'arg1', value: 't' },
      },
    ],
    ['resources/subscribe', { uri: 'test://static-text' }],
    ['logging/setLevel', { level: 'info' }],
  ])('%s has no member of 2026-07-28', async (method, params) => {
    const other = await client.initialize();
    const result = await resultOf(other.request(1, method, params));
    expect(JSON.stringify(result)).not.toMatch(MODERN_ONLY);
  });

  test('initialize has none either', () => {
    expect(JSON.stringify(session.opened)).not.toMatch(MODERN_ONLY);
  });
});

describe('2025-11-25, Logging, "Setting Log Level"', () => {
  /** How many log messages a call of three sends on its stream. */
  async function logsOf(of: RawSession): Promise<number> {
    const response = await of.request(1, 'tools/call', { name: 'test_tool_with_logging' });
    return (await response.text()).split('notifications/message').length - 1;
  }

  test('the level is kept for each session by itself', async () => {
    const [quiet, loud] = [await client.initialize(), await client.initialize()];
    expect(await resultOf(quiet.request(1, 'logging/setLevel', { level: 'error' }))).toEqual({});
    expect(await resultOf(loud.request(1, 'logging/setLevel', { level: 'debug' }))).toEqual({});
    expect(await Promise.all([logsOf(quiet), logsOf(loud)])).toEqual([0, 3]);
    await resultOf(quiet.request(2, 'logging/setLevel', { level: 'info' }));
    expect(await logsOf(quiet)).toBe(3);
  });
});
