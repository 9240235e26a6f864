import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import type { ListMethod } from '../protocol/method.ts';
import { FakeServer } from './connector.fake.ts';
import { directoryOfAll, directoryOfOne } from './directory.fake.ts';
import type { Directory } from './directory.ts';

const CLIENT = { capabilities: {} };
/** What a token grants that may read from all of them. */
const SCOPES = ['alpha:read', 'beta:read', 'gamma:read'];
const ALPHA = new FakeServer('alpha', {
  tools: [{ name: 'call', title: 'Call', inputSchema: { type: 'object' } }, { name: 'b_call' }],
  prompts: [{ name: 'review' }],
  resourceTemplates: [{ name: 'note', uriTemplate: 'note://{id}' }],
  resources: [
    { uri: 'note://1', name: 'one' },
    { uri: 'shared://x', name: 'of alpha' },
  ],
  capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
  instructions: 'Take notes.',
});
const BETA = new FakeServer('beta', {
  tools: [{ name: 'call' }],
  prompts: [{ name: 'review' }],
  resources: [
    { uri: 'shared://x', name: 'of beta' },
    { uri: 'beta://1', name: 'own' },
  ],
  capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {} },
  instructions: 'Compute.',
});
const atAll = directoryOfAll;
const atOne = directoryOfOne;
const ALL = atAll(ALPHA, BETA);

async function listed(directory: Directory, method: ListMethod, member: string, field = 'name') {
  const result = await directory.list(method, {}, CLIENT, SCOPES);
  return (result[member] as Record<string, unknown>[]).map(item => item[field]);
}

test('the endpoint of all is discovered as one server that can what any of them can', async () => {
  expect(await ALL.discover()).toEqual({
    supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'],
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      completions: {},
    },
    instructions: 'Take notes.\n\nCompute.',
    resultType: 'complete',
    ttlMs: 5000,
    cacheScope: 'private',
    _meta: {
      'io.modelcontextprotocol/serverInfo': { name: 'gatehouse', title: 'Gatehouse', version: '0.1.0' },
    },
  });
});

test('the endpoint of one server is discovered as that server', async () => {
  expect(await atOne(ALPHA).discover()).toMatchObject({
    instructions: 'Take notes.',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'calls itself alpha', version: '1' } },
  });
});

test('without instructions of any server there is no such member', async () => {
  expect(await atAll(new FakeServer('bare')).discover()).not.toHaveProperty('instructions');
});

test('at the endpoint of all, names carry our own id of their server and collide with none', async () => {
  expect(await listed(ALL, 'tools/list', 'tools')).toEqual(['alpha_call', 'alpha_b_call', 'beta_call']);
  expect(await listed(ALL, 'prompts/list', 'prompts')).toEqual(['alpha_review', 'beta_review']);
});

test('at the endpoint of one server, names are its own', async () => {
  expect(await listed(atOne(ALPHA), 'tools/list', 'tools')).toEqual(['call', 'b_call']);
});

test('what else defines a tool is shown as it is', async () => {
  const { tools } = await ALL.list('tools/list', {}, CLIENT, SCOPES);
  expect((tools as unknown[])[0]).toEqual({
    name: 'alpha_call',
    title: 'Call',
    inputSchema: { type: 'object' },
  });
});

test('templates keep their names, because they are read by URI', async () => {
  expect(await listed(ALL, 'resources/templates/list', 'resourceTemplates')).toEqual(['note']);
});

test("a URI that two servers list is nobody's, which is noted", async () => {
  expect(await listed(ALL, 'resources/list', 'resources')).toEqual(['one', 'own']);
  expect(await listed(atOne(BETA), 'resources/list', 'resources')).toEqual(['of beta', 'own']);
  const { _meta } = await ALL.list('resources/list', {}, CLIENT, SCOPES);
  expect(Object.keys((_meta as Record<string, object>)['gatehouse/unavailable'] ?? {})).toEqual([
    'alpha',
    'beta',
  ]);
});

test('lists of definitions may be kept for a while, and resources must be asked for anew', async () => {
  expect(await ALL.list('tools/list', {}, CLIENT, SCOPES)).toMatchObject({
    ttlMs: 5000,
    cacheScope: 'private',
  });
  expect(await ALL.list('resources/list', {}, CLIENT, SCOPES)).toMatchObject({
    ttlMs: 0,
    cacheScope: 'private',
  });
});

test('a list of more than one page comes without loss or repetition, over all servers', async () => {
  const tools = (length: number) => Array.from({ length }, (_, index) => ({ name: `t${index}` }));
  const directory = atAll(
    new FakeServer('alpha', { tools: tools(700), pageSize: 300 }),
    new FakeServer('beta', { tools: tools(601) }),
  );
  const seen: unknown[] = [];
  const sizes: number[] = [];
  let cursor: unknown;
  do {
    const result = await directory.list('tools/list', cursor === undefined ? {} : { cursor }, CLIENT, SCOPES);
    const names = (result.tools as { name: string }[]).map(({ name }) => name);
    seen.push(...names);
    sizes.push(names.length);
    cursor = result.nextCursor;
  } while (cursor !== undefined);
  expect(sizes).toEqual([500, 500, 301]);
  expect(new Set(seen).size).toBe(1301);
});

test.each(['', 'x', null, 0, 'bzUwMA=='])(
  'the cursor %j, which no list answered, is refused',
  async cursor => {
    await expect(ALL.list('tools/list', { cursor }, CLIENT, SCOPES)).rejects.toThrow(
      refusal('cursor_invalid', 'Unknown cursor. Send one that a list answered, or none.'),
    );
  },
);

test('an endpoint without servers offers nothing, and says so properly', async () => {
  expect(await atAll().list('tools/list', {}, CLIENT, SCOPES)).toMatchObject({
    tools: [],
    resultType: 'complete',
  });
});

test('resources are shown of the servers that may be read, and definitions of all', async () => {
  const shown = async (method: ListMethod, member: string, scopes: readonly string[]) => {
    const result = await ALL.list(method, {}, CLIENT, scopes);
    return (result[member] as { name: string }[]).map(({ name }) => name);
  };
  expect(await shown('resources/list', 'resources', ['mcp', 'beta:read'])).toEqual(['of beta', 'own']);
  expect(await shown('resources/list', 'resources', ['mcp', 'alpha:write'])).toEqual(['one', 'of alpha']);
  expect(await shown('resources/list', 'resources', ['mcp'])).toEqual([]);
  expect(await shown('tools/list', 'tools', ['mcp'])).toEqual(['alpha_call', 'alpha_b_call', 'beta_call']);
});

test('only servers that may be read are listened to', async () => {
  const listenedTo = async (...scopes: string[]) => (await ALL.readable(scopes)).map(({ server }) => server);
  expect(await listenedTo('mcp')).toEqual([]);
  expect(await listenedTo('alpha:write')).toEqual(['alpha']);
  expect(await listenedTo(...SCOPES)).toEqual(['alpha', 'beta']);
});
