import { afterAll, describe, expect, it } from 'vitest';
import { connect, exchange } from './client.fake.ts';
import everything from './index.ts';

describe('the everything server', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it('declares all that the conformance suite exercises', () => {
    expect(client.getServerCapabilities()).toEqual({
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      completions: {},
      logging: {},
    });
  });

  it('describes every tool, prompt and resource', async () => {
    const { tools } = await client.listTools();
    const { prompts } = await client.listPrompts();
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    const all = [...tools, ...prompts, ...resources, ...resourceTemplates];
    expect(all.filter(({ description }) => !description)).toEqual([]);
  });

  it.each(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'server/discover'])(
    'lets anyone keep the answer to %s for five minutes',
    async method => {
      const { result } = await exchange(method);
      expect(result).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' });
    },
  );

  it('refuses the handshake of 2025', async () => {
    const request = new Request('http://everything.test/mcp', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'old', version: '1' },
        },
      }),
    });
    const response = await everything.fetch(request, {});
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32022 } });
  });
});
