import type { Client } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { connect, openMemory } from './client.fake.ts';
import memory from './index.ts';
import { createHandler } from './server.ts';
import { FakeState } from './state.fake.ts';

/** The notifications that `client` gets from now on, as text; `next(count)` waits for that many. */
function collect(client: Client) {
  const seen: string[] = [];
  let wake = () => {};
  const take = (entry: string) => {
    seen.push(entry);
    wake();
  };
  client.setNotificationHandler('notifications/resources/list_changed', () => take('list'));
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => take(params.uri));
  return async (count: number) => {
    while (seen.length < count) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    return seen.splice(0);
  };
}

describe('the server', () => {
  it('tells what it can do and when to use it', async () => {
    const { client } = await openMemory();
    expect(client.getServerCapabilities()).toMatchObject({
      tools: { listChanged: false },
      prompts: { listChanged: false },
      resources: { listChanged: true, subscribe: true },
      completions: {},
    });
    expect(client.getInstructions()).toMatch(/^Notes that last beyond this session\./);
  });

  it('describes every tool fully: title, schemas, limits, annotations', async () => {
    const { client } = await openMemory();
    const { tools } = await client.listTools();
    const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
    const reads = { readOnlyHint: true, openWorldHint: false };
    const writes = { readOnlyHint: false, openWorldHint: false };
    expect(hints).toEqual({
      remember: { ...writes, destructiveHint: false, idempotentHint: false },
      recall: reads,
      search: reads,
      forget: { ...writes, destructiveHint: true, idempotentHint: true },
      list: reads,
    });
    for (const tool of tools) {
      expect(tool).toMatchObject({ title: expect.any(String), description: expect.any(String) });
      expect(tool.outputSchema).toMatchObject({ type: 'object' });
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
    expect(tools.find(({ name }) => name === 'remember')?.inputSchema).toMatchObject({
      required: ['text'],
      properties: {
        title: { type: 'string', maxLength: 200 },
        tags: { type: 'array', maxItems: 20, items: { type: 'string', maxLength: 50 } },
      },
    });
  });

  it('answers an unknown tool with invalid parameters', async () => {
    const { call } = await openMemory();
    await expect(call('recollect')).rejects.toMatchObject({ code: -32602 });
  });

  it('rejects a handshake of the era before', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'old', version: '1' },
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const request = new Request('http://memory.test/mcp', { method: 'POST', headers, body });
    expect((await createHandler(new FakeState()).fetch(request)).status).toBe(400);
  });

  it('tells listeners of the same isolate what was remembered and forgotten', async () => {
    const handler = createHandler(new FakeState());
    const [writer, listener] = [await connect(handler.fetch), await connect(handler.fetch)];
    const remembered = await writer.callTool({ name: 'remember', arguments: { text: 'Tea' } });
    const { id } = remembered.structuredContent as { id: string };
    const uri = `memory://notes/${id}`;
    const next = collect(listener);
    const subscription = await listener.listen({
      resourcesListChanged: true,
      resourceSubscriptions: ['memory://notes', uri],
      toolsListChanged: true,
    });
    expect(subscription.honoredFilter).toEqual({
      resourcesListChanged: true,
      resourceSubscriptions: ['memory://notes', uri],
    });
    await writer.callTool({ name: 'remember', arguments: { text: 'Coffee' } });
    expect(await next(2)).toEqual(['list', 'memory://notes']);
    await writer.callTool({ name: 'forget', arguments: { id } });
    expect(await next(3)).toEqual(['list', uri, 'memory://notes']);
  });

  it('says nothing of writes that did not happen', async () => {
    const handler = createHandler(new FakeState({ entries: 1 }));
    const client = await connect(handler.fetch);
    const first = await client.callTool({ name: 'remember', arguments: { text: 'Tea' } });
    const { id } = first.structuredContent as { id: string };
    const next = collect(client);
    await client.listen({ resourcesListChanged: true });
    await client.callTool({ name: 'remember', arguments: { text: 'no room' } });
    await client.callTool({ name: 'forget', arguments: { id: '00000000-0000-4000-8000-000000000000' } });
    await client.callTool({ name: 'forget', arguments: { id } });
    expect(await next(1)).toEqual(['list']);
  });

  it('is one handler per isolate, made at the first request', async () => {
    const env = { STATE: new FakeState() };
    const [writer, listener] = [
      await connect(request => memory.fetch(request, env)),
      await connect(request => memory.fetch(request, env)),
    ];
    const next = collect(listener);
    await listener.listen({ resourcesListChanged: true });
    await writer.callTool({ name: 'remember', arguments: { text: 'Tea' } });
    expect(await next(1)).toEqual(['list']);
  });
});
