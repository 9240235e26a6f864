import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CONTENTS, GitHubHouse, HELLO } from './support/github-house.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';
import type { TestClient } from './support/test-client.ts';

const readIssue = { ...HELLO, number: 1347 };

/** What each tool is called with, and how many requests that makes. */
const CALLS: readonly [string, Record<string, unknown>, number][] = [
  ['search_repositories', { query: 'tetris' }, 1],
  ['search_code', { query: 'addClass repo:jquery/jquery' }, 1],
  ['search_issues', { query: 'windows label:bug' }, 1],
  ['read_file', { ...HELLO, path: 'README.md' }, 1],
  ['read_issue', readIssue, 2],
  ['read_pull_request', readIssue, 5],
  ['list_commits', HELLO, 1],
  ['create_issue', { ...HELLO, title: 'Found a bug', body: 'Text' }, 1],
  ['add_comment', { ...readIssue, body: 'Me too' }, 1],
];

let house: GitHubHouse;
let client: TestClient;

beforeAll(async () => {
  house = await GitHubHouse.start();
  client = await house.clientOf('ada');
});

afterAll(async () => {
  await client.sdk.close();
  await house.stop();
});

beforeEach(() => house.reset());

const call = (name: string, args: Record<string, unknown>, by = client) => house.call(by, name, args);

test('what the server has is listed without asking GitHub', async () => {
  const { tools } = await client.sdk.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(CALLS.map(([name]) => name).sort());
  for (const { name, annotations } of tools) {
    const readOnlyHint = !['create_issue', 'add_comment'].includes(name);
    expect(annotations).toMatchObject({ readOnlyHint, openWorldHint: true });
  }
  const { resourceTemplates } = await client.sdk.listResourceTemplates();
  expect(resourceTemplates).toHaveLength(1);
  expect([...house.github.asked, ...house.elsewhere.asked]).toEqual([]);
});

describe.each([[SDK_2], [SDK_2_LEGACY], [SDK_1]])('$name', line => {
  test.each(CALLS)(
    '%s asks GitHub with the credential, as GitHub describes it',
    async (name, args, requests) => {
      const caller = await house.clientOf('bob', line);
      try {
        const { isError, data } = await call(name, args, caller);
        expect([isError, typeof data]).toEqual([false, 'object']);
      } finally {
        await caller.sdk.close();
      }
      expect(house.github.faults).toEqual([]);
      expect(house.github.asked).toHaveLength(requests);
      for (const { headers } of house.github.asked)
        expect(headers.authorization).toBe(`Bearer ${house.credential}`);
    },
  );
});

describe('resources', () => {
  test('are files, read with the credential', async () => {
    const uri = 'github://octocat/Hello-World/feature%2Fx/README.md';
    const { contents } = await client.sdk.readResource({ uri });
    expect(contents).toMatchObject([{ uri, mimeType: 'text/markdown', text: expect.any(String) }]);
    expect(house.github.asked).toMatchObject([
      {
        operation: CONTENTS,
        query: { ref: 'feature/x' },
        headers: { authorization: `Bearer ${house.credential}` },
      },
    ]);
  });

  test('complete', async () => {
    const ref = { type: 'ref/resource', uri: 'github://{owner}/{repo}/{ref}/{+path}' } as const;
    const argument = { name: 'ref', value: 'feature-' };
    const { completion } = await client.sdk.complete({ ref, argument, context: { arguments: HELLO } });
    expect(completion.values).toEqual(['feature-a', 'feature-b']);
  });
});
