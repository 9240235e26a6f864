import { beforeAll, describe, expect, inject, test } from 'vitest';
import { envelope, type RawClient } from './support/raw-client.ts';
import { answerOf, refusalOf, resultOf, statusOf, wireClient } from './support/wire.ts';

const META = 'io.modelcontextprotocol/';
const ECHO = { name: 'echo', arguments: { message: 'hi' } };

let client: RawClient;

beforeAll(async () => {
  client = await wireClient(inject('origin'), '/mcp/everything');
});

const toBase64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

/** A request whose headers may be missing (undefined) or say something else than the body. */
function send(
  method: string,
  params: object,
  headers: Record<string, string | undefined> = {},
): Promise<Response> {
  const standard = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...headers };
  const sent = Object.entries(standard).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const body = { jsonrpc: '2.0', id: 1, method, params: { _meta: envelope(), ...params } };
  return client.send({ headers: Object.fromEntries(sent), body });
}

describe('2026-07-28, Streamable HTTP: methods and messages', () => {
  test.each(['GET', 'DELETE', 'PUT', 'PATCH'])('%s is not allowed', async method => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-session-id': 'x' };
    expect(await statusOf(client.send({ method, headers }))).toBe(405);
  });

  test('session and event ids mean nothing, and are never echoed', async () => {
    const headers = { 'mcp-session-id': 'v1.x.y.z', 'last-event-id': 'nonsense' };
    for (const method of ['tools/list', 'server/discover']) {
      const response = await client.modern(method, {}, { headers });
      expect(response.headers.get('mcp-session-id')).toBeNull();
      expect(response.headers.get('last-event-id')).toBeNull();
      expect(await resultOf(response)).toBeDefined();
    }
  });

  test('a notification is accepted with 202 and no body', async () => {
    const method = 'notifications/cancelled';
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method };
    const body = { jsonrpc: '2.0', method, params: { _meta: envelope(), requestId: 1 } };
    const response = await client.send({ headers, body });
    expect([response.status, await response.text()]).toEqual([202, '']);
  });

  test.each([
    ['a response', { jsonrpc: '2.0', id: 1, result: {} }],
    ['an error', { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x' } }],
    ['a batch', [{ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope() } }]],
    ['an empty batch', []],
  ])('%s is refused', async (_what, body) => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    expect(await statusOf(client.send({ headers, body }))).toBe(400);
  });

  test.each([0, '', -1, '__proto__', 'x'.repeat(100_000)])(
    'a request id comes back as it was sent (%j)',
    async id => {
      const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
      const body = { jsonrpc: '2.0', id, method: 'tools/list', params: { _meta: envelope() } };
      expect(await answerOf(client.send({ headers, body }))).toMatchObject({ id, result: {} });
    },
  );
});

describe('2026-07-28, Streamable HTTP, "Server Validation" of headers', () => {
  const mismatch = [400, -32020];

  test.each<[string, Record<string, string | undefined>]>([
    ['no MCP-Protocol-Version', { 'mcp-protocol-version': undefined }],
    ['another MCP-Protocol-Version', { 'mcp-protocol-version': '2025-11-25' }],
    ['no Mcp-Method', { 'mcp-method': undefined }],
    ['another Mcp-Method', { 'mcp-method': 'tools/list' }],
    ['an Mcp-Method in other letters', { 'mcp-method': 'Tools/Call' }],
    ['no Mcp-Name', { 'mcp-name': undefined }],
    ['another Mcp-Name', { 'mcp-name': 'slow_count' }],
    ['an empty Mcp-Name', { 'mcp-name': '' }],
    ['an Mcp-Name that is broken Base64', { 'mcp-name': '=?base64?%%%?=' }],
    ['an Mcp-Name that is Base64 of another name', { 'mcp-name': toBase64('slow_count') }],
    ['an Mcp-Name that is Base64 of no UTF-8', { 'mcp-name': '=?base64?/////w==?=' }],
    ['a bare Base64 Mcp-Name', { 'mcp-name': Buffer.from('echo').toString('base64') }],
  ])('a call with %s is refused', async (_what, headers) => {
    expect(await refusalOf(send('tools/call', ECHO, { 'mcp-name': 'echo', ...headers }))).toEqual(mismatch);
  });

  test.each([
    ['prompts/get', { name: 'test_simple_prompt' }],
    ['resources/read', { uri: 'test://static-text' }],
  ])('%s names what it wants in Mcp-Name too', async (method, params) => {
    expect(await refusalOf(send(method, params))).toEqual(mismatch);
    expect(await resultOf(client.modern(method, params))).toBeDefined();
  });

  test('Mcp-Name may come as Base64, and must where it is no ASCII', async () => {
    expect(await resultOf(send('tools/call', ECHO, { 'mcp-name': toBase64('echo') }))).toBeDefined();
    const uri = 'everything://greetings/Ελληνικά';
    const answer = await answerOf(send('resources/read', { uri }, { 'mcp-name': toBase64(uri) }));
    expect(answer.error?.code).toBe(-32602);
  });

  test('a parameter that a tool mirrors into a header must be there and agree', async () => {
    const call = { name: 'test_header_parameter', arguments: { region: 'north' } };
    const named = { 'mcp-name': 'test_header_parameter' };
    expect(await refusalOf(send('tools/call', call, named))).toEqual(mismatch);
    expect(await refusalOf(send('tools/call', call, { ...named, 'mcp-param-region': 'south' }))).toEqual(
      mismatch,
    );
    expect(await resultOf(send('tools/call', call, { ...named, 'mcp-param-region': 'north' }))).toBeDefined();
  });

  test.each([['2099-01-01'], ['2024-11-05'], ['']])(
    'a revision nobody speaks is refused with those we do (%j)',
    async version => {
      const _meta = envelope({}, { [`${META}protocolVersion`]: version });
      const response = await send('tools/list', { _meta }, { 'mcp-protocol-version': version });
      expect(response.status).toBe(400);
      const { error } = await answerOf(response);
      expect(error).toMatchObject({
        code: -32022,
        data: { supported: expect.arrayContaining(['2026-07-28']) },
      });
    },
  );

  test.each([`${META}clientCapabilities`, `${META}protocolVersion`])(
    'without %s in _meta a request is refused',
    async key => {
      const { [key]: _missing, ...rest } = envelope();
      expect(await refusalOf(send('tools/list', { _meta: rest }))).toEqual([400, -32602]);
    },
  );

  test('an unknown method is 404 and -32601', async () => {
    for (const method of ['no/such/method', 'ping', 'logging/setLevel', 'resources/subscribe', '__proto__']) {
      expect([method, await refusalOf(client.modern(method))]).toEqual([method, [404, -32601]]);
    }
  });
});

describe('2026-07-28, results', () => {
  const complete = { resultType: 'complete', _meta: { [`${META}serverInfo`]: { name: 'everything' } } };
  const cacheable = {
    ...complete,
    ttlMs: expect.any(Number),
    cacheScope: expect.stringMatching(/^(private|public)$/),
  };

  test.each([
    ['server/discover', {}],
    ['tools/list', {}],
    ['prompts/list', {}],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/read', { uri: 'test://static-text' }],
  ])('%s says who answers, and how long the answer may be kept by whom', async (method, params) => {
    expect(await resultOf(client.modern(method, params))).toMatchObject(cacheable);
  });

  test('tools/call and prompts/get say that they are complete and who answers', async () => {
    expect(await resultOf(client.modern('tools/call', ECHO))).toMatchObject(complete);
    expect(await resultOf(client.modern('prompts/get', { name: 'test_simple_prompt' }))).toMatchObject(
      complete,
    );
  });

  test('lists have the same order every time', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => resultOf(client.modern('tools/list'))));
    expect(first).toEqual(second);
  });

  test.each([
    ['an unknown tool', 'tools/call', { name: 'no_such_tool' }],
    ['a tool whose name is an object', 'tools/call', { name: { toString: 1 } }],
    ['a prompt without a name', 'prompts/get', {}],
    ['an unknown resource', 'resources/read', { uri: 'test://no-such-resource' }],
    ['a URI that is none', 'resources/read', { uri: ['x'] }],
    ['an empty cursor', 'tools/list', { cursor: '' }],
    ['an empty cursor', 'resources/list', { cursor: '' }],
    ['a cursor that we never made', 'prompts/list', { cursor: 'garbage' }],
    ['a cursor that is almost one of ours', 'resources/templates/list', { cursor: 'bzUwMA==' }],
    ['a cursor of null', 'tools/list', { cursor: null }],
    ['a subscription without a filter', 'subscriptions/listen', {}],
  ])('%s is -32602 (%s)', async (_what, method, params) => {
    const response = await client.modern(method, params);
    expect(response.status).toBeLessThan(500);
    expect((await answerOf(response)).error?.code).toBe(-32602);
  });

  test('2026-07-28, Tools, "Error Handling": input that a tool cannot take is its own error', async () => {
    const result = await resultOf(client.modern('tools/call', { name: 'echo', arguments: { message: 7 } }));
    expect(result).toMatchObject({ isError: true, resultType: 'complete' });
  });
});
