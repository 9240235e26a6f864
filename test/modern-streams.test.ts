import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { envelope, type RawClient } from './support/raw-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { answerOf, messagesIn, resultOf, StreamReader, slowCount, wireClient } from './support/wire.ts';

const PATH = '/mcp/everything';
const META = 'io.modelcontextprotocol/';
const WATCHED = 'test://watched-resource';
const UPDATED = 'notifications/resources/updated';
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

let client: RawClient;

beforeAll(async () => {
  client = await wireClient(inject('origin'), PATH);
});

const setText = (text: string, of = client, name = 'set_watched_text') =>
  resultOf(of.modern('tools/call', { name, arguments: { text } }));

/** A call of `name` whose `_meta` says more than the envelope. */
const call = (name: string, meta: object, args: object = {}) =>
  client.modern('tools/call', { name, arguments: args, _meta: envelope({}, meta) });

describe('2026-07-28, Streamable HTTP: the stream of a request', () => {
  test('has the notifications of this request, then its response, and nothing to resume from', async () => {
    const tokens = ['a', 'b', 'c'];
    const readers = await Promise.all(
      tokens.map(async progressToken => {
        const { arguments: args } = slowCount(4, 20);
        return new StreamReader(await call('slow_count', { progressToken }, args as object));
      }),
    );
    for (const [index, reader] of readers.entries()) {
      expect(reader.response.headers.get('content-type')).toBe('text/event-stream');
      expect(reader.response.headers.get('x-accel-buffering')).toBe('no');
      const events = await reader.rest();
      expect(events.flatMap(({ id, retry }) => [id, retry])).toEqual(Array(10).fill(undefined));
      const messages = messagesIn(events);
      expect(messages.at(-1)).toMatchObject({ id: 1, result: { resultType: 'complete' } });
      expect(messages.slice(0, -1).map(({ params }) => [params?.progressToken, params?.progress])).toEqual(
        [1, 2, 3, 4].map(progress => [tokens[index], progress]),
      );
    }
  });

  test('never carries a request: a question is a result', async () => {
    const _meta = envelope({ elicitation: { form: {} } }, { progressToken: 'p' });
    const params = { name: 'test_streaming_elicitation', arguments: {}, _meta };
    const messages = messagesIn(await new StreamReader(await client.modern('tools/call', params)).rest());
    expect(messages.map(({ method }) => method)).toEqual(['notifications/progress', undefined]);
    expect(messages.at(-1)?.result).toMatchObject({ resultType: 'input_required' });
  });

  test.each([
    [undefined, 0],
    ['error', 0],
    ['info', 3],
    ['debug', 3],
  ])('has log messages only where the request asks for them (level %s)', async (level, expected) => {
    const meta = level === undefined ? {} : { [`${META}logLevel`]: level };
    const text = await (await call('test_tool_with_logging', meta)).text();
    expect(text.split('notifications/message').length - 1).toBe(expected);
    expect(text).toContain('Tool with logging executed successfully');
  });

  test('a level that is none is refused or silent, never a fault', async () => {
    const response = await call('test_tool_with_logging', { [`${META}logLevel`]: 'shouting' });
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).not.toContain('notifications/message');
  });
});

describe('2026-07-28, Subscriptions, "subscriptions/listen"', () => {
  async function listen(notifications: object, of = client, id: string | number = 1): Promise<StreamReader> {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
    const params = { _meta: envelope(), notifications };
    return new StreamReader(
      await of.send({ headers, body: { jsonrpc: '2.0', id, method: 'subscriptions/listen', params } }),
    );
  }

  const stamp = (id: string | number) => ({ _meta: { [`${META}subscriptionId`]: id } });

  test('is acknowledged first with what will be heard, and every message bears its id', async () => {
    const id = 'sub-1';
    const filter = { toolsListChanged: true, promptsListChanged: false, resourceSubscriptions: [WATCHED] };
    const reader = await listen({ ...filter, somethingElse: true }, client, id);
    const [acknowledged] = messagesIn([await reader.next()]);
    expect(acknowledged).toEqual({
      jsonrpc: '2.0',
      method: ACKNOWLEDGED,
      params: { notifications: { toolsListChanged: true, resourceSubscriptions: [WATCHED] }, ...stamp(id) },
    });
    await resultOf(client.modern('tools/call', { name: 'test_trigger_prompt_change' }));
    await setText('heard');
    await resultOf(client.modern('tools/call', { name: 'test_trigger_tool_change' }));
    const heard = [await reader.method(UPDATED), await reader.method('notifications/tools/list_changed')];
    expect(heard).toMatchObject([{ params: { uri: WATCHED, ...stamp(id) } }, { params: stamp(id) }]);
    await reader.hangUp();
  });

  test('two subscriptions are told apart by their ids', async () => {
    const filter = { resourceSubscriptions: [WATCHED] };
    const readers = [await listen(filter, client, 0), await listen(filter, client, 'other')];
    await Promise.all(readers.map(reader => reader.method(ACKNOWLEDGED)));
    await setText('twice');
    const heard = await Promise.all(readers.map(reader => reader.method(UPDATED)));
    expect(heard).toMatchObject([{ params: stamp(0) }, { params: stamp('other') }]);
    await Promise.all(readers.map(reader => reader.hangUp()));
  });

  test('changes of lists that a server does not announce are acknowledged too: operators make them', async () => {
    const memory = await wireClient(inject('origin'), '/mcp/memory');
    const reader = await listen({ toolsListChanged: true, resourcesListChanged: true }, memory);
    const { params } = await reader.method(ACKNOWLEDGED);
    expect(params?.notifications).toEqual({ toolsListChanged: true, resourcesListChanged: true });
    await reader.hangUp();
  });

  test('at /mcp it hears of every server', async () => {
    const all = await wireClient(inject('origin'), '/mcp');
    const reader = await listen(
      { toolsListChanged: true, resourcesListChanged: true, resourceSubscriptions: [WATCHED] },
      all,
    );
    const { params } = await reader.method(ACKNOWLEDGED);
    expect(params?.notifications).toEqual({
      toolsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: [WATCHED],
    });
    await setText('everywhere', all, 'everything_set_watched_text');
    await reader.method(UPDATED);
    const note = { name: 'memory_remember', arguments: { text: 'A note to be heard of' } };
    await resultOf(all.modern('tools/call', note));
    await reader.method('notifications/resources/list_changed');
    await reader.hangUp();
  });

  test.each([
    [null],
    ['all'],
    [{ toolsListChanged: 'yes' }],
    [{ resourceSubscriptions: 'x' }],
    [{ resourceSubscriptions: [1] }],
  ])('a filter that is none is refused (%j)', async notifications => {
    const answer = await answerOf(client.modern('subscriptions/listen', { notifications }));
    expect(answer.error?.code).toBe(-32602);
  });
});

describe('2026-07-28, Streamable HTTP, "Cancellation"', () => {
  let gateway: TestGateway;
  let leaving: RawClient;

  beforeAll(async () => {
    // What is quiet notices that nobody listens any more when it sends a keep-alive.
    gateway = await startTestGateway({}, { KEEP_ALIVE_MS: '50' });
    leaving = await wireClient(gateway.origin, PATH);
  });

  afterAll(() => gateway.stop());

  async function latestCount(): Promise<unknown> {
    const read = leaving.modern('resources/read', { uri: 'everything://latest-count' });
    return JSON.parse(((await resultOf(read)).contents as { text: string }[])[0]?.text ?? '');
  }

  test.each([
    ['has heard of its progress', envelope({}, { progressToken: 'p' }), 100],
    ['has heard nothing yet', envelope(), 3000],
  ])('a client that hangs up when it %s cancels its call', async (_when, _meta, delayMs) => {
    const params = { ...slowCount(99, delayMs), _meta };
    const reader = new StreamReader(await leaving.modern('tools/call', params));
    if (delayMs === 100) await reader.method('notifications/progress');
    expect(await latestCount()).toMatchObject({ to: 99, isRunning: true });
    await reader.hangUp();
    await vi.waitFor(async () => expect(await latestCount()).toMatchObject({ to: 99, isRunning: false }), {
      timeout: 10_000,
    });
    expect(((await latestCount()) as { counted: number }).counted).toBeLessThan(99);
  });

  test('a client that hangs up before any answer cancels its call', async () => {
    const leave = new AbortController();
    const gone = leaving.modern('tools/call', slowCount(98, 3000), { signal: leave.signal });
    await vi.waitFor(async () => expect(await latestCount()).toMatchObject({ to: 98, isRunning: true }));
    leave.abort();
    await expect(gone).rejects.toThrow();
    await vi.waitFor(async () => expect(await latestCount()).toMatchObject({ to: 98, isRunning: false }), {
      timeout: 10_000,
    });
  });
});
