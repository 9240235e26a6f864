import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { githubDescription } from './support/github-description.ts';
import { OpenapiHouse } from './support/openapi-house.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import type { TestClient } from './support/test-client.ts';

/** What an import may take, from the request to the answer. */
const MAX_IMPORT_MS = 10_000;

let house: OpenapiHouse;
let importMs: number;

beforeAll(async () => {
  house = await OpenapiHouse.start();
  const source = JSON.parse(githubDescription());
  const startedMs = performance.now();
  await house.publish({ name: 'github-api', title: 'GitHub', source, baseUrl: house.api.origin });
  importMs = performance.now() - startedMs;
});

afterAll(() => house.stop());

test("GitHub's whole description becomes a server within ten seconds", () => {
  expect(importMs).toBeLessThan(MAX_IMPORT_MS);
});

test('so it does from an address, as it is there', async () => {
  house.api.on('GET /api.github.com.json', { body: githubDescription() });
  const sourceUrl = `${house.api.origin}/api.github.com.json`;
  const startedMs = performance.now();
  await house.publish({ name: 'github-by-url', title: 'GitHub', sourceUrl, baseUrl: house.api.origin });
  expect(performance.now() - startedMs).toBeLessThan(MAX_IMPORT_MS);
});

describe.each([SDK_1, SDK_2])('for a client of $name', line => {
  let client: TestClient;

  beforeAll(async () => {
    client = await house.clientOf(line, 'github-api', 'ada');
  });

  test('its tools are found by what they do', async () => {
    const { structuredContent } = await client.call('search_tools', { query: 'create an issue' });
    const { tools, total } = structuredContent as { tools: { name: string }[]; total: number };
    expect(total).toBeGreaterThan(3);
    expect(tools.slice(0, 5).map(({ name }) => name)).toContain('issues_create');
    const { structuredContent: described } = await client.call('describe_tool', { name: 'issues_create' });
    expect(described).toMatchObject({
      tool: { title: 'Create an issue', inputSchema: { required: ['owner', 'repo', 'title'] } },
    });
  });

  test('they are called', async () => {
    house.api.reset();
    house.api.on('POST /repos/octocat/Hello-World/issues', { status: 201, body: { number: 1347 } });
    const made = await house.call(client, 'issues_create', {
      owner: 'octocat',
      repo: 'Hello-World',
      title: 'Found a bug',
      labels: ['bug'],
      _fields: ['number'],
    });
    expect(made).toMatchObject({ text: '{"number":1347}', isError: false });
    expect(JSON.parse(String(house.api.seen[0]?.body))).toEqual({ title: 'Found a bug', labels: ['bug'] });
    expect(house.api.seen[0]?.headers['x-api-key']).toBe(house.credential);
  });

  test('paths of several segments stay paths', async () => {
    house.api.reset();
    house.api.on('GET /repos/octocat/Hello-World/contents/docs/a%20b.md', { body: { type: 'file' } });
    const path = { owner: 'octocat', repo: 'Hello-World', path: 'docs/a b.md' };
    expect((await house.call(client, 'repos_get-content', path)).text).toBe('{"type":"file"}');
  });
});
