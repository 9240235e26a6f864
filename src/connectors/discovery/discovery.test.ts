import { describe, expect, test } from 'vitest';
import type { JsonObject, Outcome } from '../../protocol/message.ts';
import { FakeServer } from '../connector.fake.ts';
import { Directory } from '../directory.ts';
import { scopeFor } from '../route-scope.ts';
import { serverOfMany } from './discovery.fake.ts';

const CLIENT = { capabilities: {} };
const HOOKS = { signal: new AbortController().signal, notify: () => {} };
const NAMES = ['search_tools', 'describe_tool', 'call_tool'];

const GITHUB = serverOfMany('github', 300);
const CALC = new FakeServer('calc', {
  tools: [{ name: 'add', description: 'Adds numbers.\nAnd more.', annotations: { readOnlyHint: true } }],
});
/** At `/mcp` its one tool has the name of one of ours. */
const SEARCH = new FakeServer('search', { tools: [{ name: 'tools', description: 'Their own.' }] });

const at = (servers: readonly FakeServer[], maxListedTools = 150) =>
  new Directory(async () => servers.map(({ qualified }) => qualified), true, 50, maxListedTools);

const ALL = at([CALC, GITHUB]);

async function listed(directory: Directory): Promise<unknown[]> {
  const { tools } = await directory.list('tools/list', {}, CLIENT, []);
  return (tools as JsonObject[]).map(({ name }) => name);
}

const route = (directory: Directory, name: string, args?: unknown, more: JsonObject = {}) =>
  directory.route('tools/call', { name, arguments: args, ...more }, CLIENT);

async function called(directory: Directory, name: string, args?: unknown): Promise<JsonObject> {
  const { connector, params } = await route(directory, name, args);
  const request = { method: 'tools/call', params, client: CLIENT };
  const outcome: Outcome = await connector.call(request, HOOKS);
  if (outcome.kind === 'error') throw new Error(outcome.error.message);
  return outcome.result;
}

interface Found {
  tools: { name: string; server: string; description: string; annotations?: JsonObject }[];
  total: number;
  nextCursor?: string;
}
const search = async (args: JsonObject, directory = ALL) =>
  (await called(directory, 'search_tools', args)).structuredContent as Found;

describe('an endpoint with more tools than it may list', () => {
  test('lists three tools to find and call them, on one page', async () => {
    expect(await listed(ALL)).toEqual(NAMES);
    expect(await ALL.list('tools/list', {}, CLIENT, [])).not.toHaveProperty('nextCursor');
  });

  test('says so in its instructions, before those of its servers', async () => {
    const { instructions } = await ALL.discover();
    expect(instructions).toMatch(
      /^There are more tools than are listed. By server: calc \(1\), github \(300\)\./,
    );
    expect(instructions).toContain('Use github.');
  });

  test('has exactly as many as it may list, and lists them', async () => {
    expect(await listed(at([CALC, GITHUB], 301))).toHaveLength(301);
    expect(await listed(at([CALC, GITHUB], 300))).toEqual(NAMES);
    expect((await at([CALC]).discover()).instructions).toBeUndefined();
  });

  test('goes on calling tools by their names', async () => {
    const { connector, params, tool } = await route(ALL, 'calc_add', { a: 1 });
    expect([connector, params.name, tool?.name]).toEqual([CALC, 'add', 'add']);
  });
});

describe('search_tools', () => {
  test('finds tools by words, best first, with server, description and annotations', async () => {
    const { tools, total } = await search({ query: 'add numbers' });
    expect(tools[0]).toEqual({
      name: 'calc_add',
      server: 'calc',
      description: 'Adds numbers.',
      annotations: { readOnlyHint: true },
    });
    expect(total).toBeGreaterThan(0);
  });

  test('says the same in words', async () => {
    const { content } = await called(ALL, 'search_tools', { query: 'add numbers', limit: 1 });
    expect(content).toEqual([
      { type: 'text', text: expect.stringContaining('calc_add (calc): Adds numbers.') },
    ]);
  });

  test('goes through all tools page by page', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const { tools, total, nextCursor } = await search({ limit: 50, ...(cursor && { cursor }) });
      expect(total).toBe(301);
      names.push(...tools.map(({ name }) => name));
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(new Set(names).size).toBe(301);
  });

  test('keeps to a server, and to what annotations say', async () => {
    expect((await search({ server: 'calc' })).tools.map(({ name }) => name)).toEqual(['calc_add']);
    for (const readOnly of [true, false]) {
      const { tools } = await search({ query: 'issue', readOnly, limit: 50 });
      expect(tools.every(({ annotations }) => annotations?.readOnlyHint === readOnly)).toBe(true);
      expect(tools.length).toBeGreaterThan(0);
    }
  });

  test('says that it has found nothing', async () => {
    expect(await called(ALL, 'search_tools', { query: 'xylophone' })).toMatchObject({
      structuredContent: { tools: [], total: 0 },
      content: [{ text: expect.stringContaining('No tool was found') }],
    });
  });

  test.each<[unknown, string]>([
    [{ server: 'gitlab' }, 'there is no "gitlab" here. The servers with tools are: calc, github.'],
    [{ query: 1 }, 'query: '],
    [{ limit: 51 }, 'limit: '],
    [{ cursor: 'x' }, 'Unknown cursor'],
    [{ words: 'x' }, 'arguments: '],
  ])('tells agents what is wrong with %j', async (args, reason) => {
    expect(await called(ALL, 'search_tools', args)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining(reason) }],
    });
  });
});

describe('describe_tool', () => {
  test('gives the whole definition, under the name that it has here', async () => {
    const tool = {
      name: 'calc_add',
      description: 'Adds numbers.\nAnd more.',
      annotations: { readOnlyHint: true },
    };
    const result = await called(ALL, 'describe_tool', { name: 'calc_add' });
    expect(result).toMatchObject({ structuredContent: { tool }, resultType: 'complete' });
    expect(JSON.parse((result.content as { text: string }[])[0]?.text ?? '')).toEqual(tool);
  });

  test.each(['describe_tool', 'call_tool'])('%s says what is near a name that is not there', async name => {
    expect(await called(ALL, name, { name: 'calc_addd' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^Unknown tool: calc_addd\..* Near it are: calc_add/) }],
    });
    expect(await called(ALL, name, {})).toMatchObject({ isError: true });
  });
});

describe('call_tool', () => {
  test('is the call of its tool, with all that comes with it', async () => {
    const rounds = { requestState: 's', inputResponses: { q: {} }, _meta: { progressToken: 1 } };
    const args = { name: 'calc_add', arguments: { a: 1 } };
    expect(await route(ALL, 'call_tool', args, rounds)).toEqual({
      connector: CALC,
      params: { ...rounds, name: 'add', arguments: { a: 1 } },
      tool: expect.objectContaining({ name: 'add' }),
      isIndirect: true,
    });
  });

  test('needs no arguments for a tool that takes none', async () => {
    const { params } = await route(ALL, 'call_tool', { name: 'calc_add' });
    expect(params.arguments).toEqual({});
  });

  test('does not call the tools that find others', async () => {
    expect(await called(ALL, 'call_tool', { name: 'call_tool', arguments: {} })).toMatchObject({
      isError: true,
    });
  });
});

test('the scope is that of the tool that is called, and searching needs none of a server', async () => {
  const scopes = async (name: string, args: unknown) => scopeFor('tools/call', await route(ALL, name, args));
  const [write] = (await search({ readOnly: false, limit: 1 })).tools;
  expect(await scopes('call_tool', { name: 'calc_add' })).toBe('calc:read');
  expect(await scopes('call_tool', { name: write?.name })).toBe('github:write');
  expect(await scopes('call_tool', { name: 'nothing' })).toBe('mcp');
  expect(await scopes('search_tools', {})).toBe('mcp');
  expect(await scopes('describe_tool', {})).toBe('mcp');
});

describe('a server’s own tool of such a name', () => {
  test('is called as long as all tools are listed', async () => {
    expect((await route(at([CALC, SEARCH]), 'search_tools')).connector).toBe(SEARCH);
  });

  test('is found and called through call_tool where they are not', async () => {
    const directory = at([GITHUB, SEARCH]);
    expect(await search({ server: 'search' }, directory)).toMatchObject({
      tools: [{ name: 'search_tools' }],
    });
    expect((await route(directory, 'call_tool', { name: 'search_tools' })).connector).toBe(SEARCH);
    expect((await route(directory, 'search_tools')).connector).not.toBe(SEARCH);
  });
});

test('the tools that find others answer those who still know them, though all are listed by now', async () => {
  expect(await search({ query: 'add' }, at([CALC]))).toMatchObject({ total: 1 });
  expect((await route(at([CALC]), 'call_tool', { name: 'calc_add' })).connector).toBe(CALC);
});
