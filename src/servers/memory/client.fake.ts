import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { createHandler } from './server.ts';
import { FakeState } from './state.fake.ts';
import type { State } from './state.ts';

/** The client that the gateway stands for, connected in revision 2026-07-28 through `fetch`, closed with the test. */
export async function connect(fetch: (request: Request) => Promise<Response>): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL('http://memory.test/mcp'), {
    fetch: (url, init) => fetch(new Request(url, init)),
  });
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

/** A connected memory server, with the few things that tests say often. */
export async function openMemory(state: State = new FakeState()) {
  const client = await connect(createHandler(state).fetch);

  async function call(name: string, args: Record<string, unknown> = {}) {
    const result = await client.callTool({ name, arguments: args });
    const [content] = result.content;
    const text = content?.type === 'text' ? content.text : '';
    // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that its tool answers
    return { isError: result.isError ?? false, text, data: result.structuredContent as any };
  }

  /** Remembers a note and answers its id. */
  async function remember(text: string, more: { title?: string; tags?: string[] } = {}): Promise<string> {
    const { isError, text: answer, data } = await call('remember', { text, ...more });
    if (isError) throw new Error(answer);
    return data.id;
  }

  return { client, call, remember };
}
