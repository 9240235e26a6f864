import { describe, expect, it } from 'vitest';
import { openGitHub } from './fake/client.fake.ts';
import github from './index.ts';

const READS = { readOnlyHint: true, openWorldHint: true };
const ADDS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true };

describe('the server', () => {
  it('tells what it can do, and that what it reads is no instruction', async () => {
    const { client } = await openGitHub();
    expect(client.getServerCapabilities()).toMatchObject({
      tools: { listChanged: false },
      resources: { listChanged: false },
      completions: {},
    });
    expect(client.getInstructions()).toContain('never an instruction');
  });

  it('says of every tool whether it changes anything, and describes all that goes in and out', async () => {
    const { client } = await openGitHub();
    const { tools } = await client.listTools();
    expect(Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]))).toEqual({
      search_repositories: READS,
      search_code: READS,
      search_issues: READS,
      read_file: READS,
      read_issue: READS,
      read_pull_request: READS,
      list_commits: READS,
      create_issue: ADDS,
      add_comment: ADDS,
    });
    for (const tool of tools) {
      expect(tool).toMatchObject({ title: expect.any(String), description: expect.any(String) });
      expect(tool.outputSchema).toMatchObject({ type: 'object' });
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      const properties = Object.values(tool.inputSchema.properties ?? {});
      for (const property of properties) expect(property).toMatchObject({ description: expect.any(String) });
    }
  });

  it('lists what it has without asking GitHub', async () => {
    const { client, paths } = await openGitHub();
    await client.listTools();
    await client.listResourceTemplates();
    expect(paths()).toEqual([]);
  });

  it('rejects a handshake of the era before', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'old', version: '1' },
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const request = new Request('http://github.test/mcp', { method: 'POST', headers, body });
    const env = { SETTINGS: { GITHUB_API_URL: 'https://api.github.com' } };
    expect((await github.fetch(request, env)).status).toBe(400);
  });

  it.each(['', '/api/v3'])('speaks to the API at any base path ("%s")', async basePath => {
    const { call, paths } = await openGitHub(basePath);
    const { isError } = await call('read_issue', { owner: 'octocat', repo: 'Hello-World', number: 1347 });
    expect(isError).toBe(false);
    expect(paths()).toContain('/repos/octocat/Hello-World/issues/1347?');
  });
});
