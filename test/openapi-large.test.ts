import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { githubDescription } from './support/github-description.ts';
import { largeDescription } from './support/large-description.ts';
import { OpenapiHouse } from './support/openapi-house.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import type { TestClient } from './support/test-client.ts';

/** What an import may take, from the request to the answer. */
const MAX_IMPORT_MS = 10_000;

const github = await githubDescription();

/** A description of a thousand operations, and one of these as it is looked for. */
const APIS = [
  {
    api: 'an API of 1,200 operations',
    name: 'large',
    text: JSON.stringify(largeDescription('https://api.example.com')),
    query: 'create an invoice of the billing',
    found: { name: 'billing_create-invoice', title: 'Create a invoice of the billing' },
  },
  {
    api: "GitHub's whole API",
    name: 'github',
    text: github,
    query: 'create an issue',
    found: { name: 'issues_create', title: 'Create an issue' },
  },
];

let house: OpenapiHouse;

beforeAll(async () => {
  house = await OpenapiHouse.start();
});

afterAll(() => house.stop());

/** How long it takes. */
async function publishing(document: Parameters<OpenapiHouse['publish']>[0]): Promise<number> {
  const startedMs = performance.now();
  await house.publish({ title: 'Large', baseUrl: house.api.origin, ...document });
  return performance.now() - startedMs;
}

describe.each(APIS)('$api', ({ name, text, query, found }) => {
  describe.skipIf(text === null)('by its description', () => {
    test('becomes a server within ten seconds', async () => {
      const source = JSON.parse(text ?? '');
      expect(await publishing({ name: `${name}-api`, source })).toBeLessThan(MAX_IMPORT_MS);
    });

    test('so it does from an address, as it is there', async () => {
      house.api.on(`GET /${name}.json`, { body: text ?? '' });
      const sourceUrl = `${house.api.origin}/${name}.json`;
      expect(await publishing({ name: `${name}-by-url`, sourceUrl })).toBeLessThan(MAX_IMPORT_MS);
    });

    test.each([SDK_1, SDK_2])('has tools that a client of $name finds by what they do', async line => {
      const client = await house.clientOf(line, `${name}-api`, 'ada');
      const { structuredContent } = await client.call('search_tools', { query });
      const { tools, total } = structuredContent as { tools: { name: string }[]; total: number };
      expect(total).toBeGreaterThan(3);
      expect(tools.slice(0, 5).map(tool => tool.name)).toContain(found.name);
      const { structuredContent: described } = await client.call('describe_tool', { name: found.name });
      expect(described).toMatchObject({ tool: found });
    });
  });
});

describe.skipIf(github === null).each([SDK_1, SDK_2])("GitHub's tools, for a client of $name", line => {
  let client: TestClient;

  beforeAll(async () => {
    client = await house.clientOf(line, 'github-api', 'ada');
  });

  test('say which arguments must be there', async () => {
    const { structuredContent: described } = await client.call('describe_tool', { name: 'issues_create' });
    expect(described).toMatchObject({ tool: { inputSchema: { required: ['owner', 'repo', 'title'] } } });
  });

  test('are called', async () => {
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
