import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, onTestFinished } from 'vitest';
import { createHandler } from '../server.ts';
import { startGitHub } from './github.fake.ts';

/** A connected server, the GitHub that it asks, and the few things that tests say often. */
export async function openGitHub(basePath = '') {
  const github = await startGitHub(basePath);
  onTestFinished(async () => {
    await github.stop();
    expect(github.faults).toEqual([]);
  });
  const handler = createHandler(github.url);
  const transport = new StreamableHTTPClientTransport(new URL('http://github.test/mcp'), {
    fetch: (url, init) => handler.fetch(new Request(url, init)),
  });
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(transport);
  onTestFinished(() => client.close());

  async function call(name: string, args: Record<string, unknown> = {}) {
    const { content, isError = false, structuredContent } = await client.callTool({ name, arguments: args });
    const [first] = content;
    const text = first?.type === 'text' ? first.text : '';
    // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that its tool answers
    return { isError, text, content, data: structuredContent as any };
  }

  /** What was asked of GitHub: the path with its query, one for each request. */
  const paths = () => github.asked.map(({ path, query }) => `${path}?${new URLSearchParams(query)}`);

  return { client, github, call, paths };
}

/** A repository of GitHub's examples. */
export const HELLO = { owner: 'octocat', repo: 'Hello-World' } as const;
