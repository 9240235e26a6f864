import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { RoutedMethod } from '../protocol/method.ts';
import { FakeServer } from './connector.fake.ts';
import { directoryOfAll, directoryOfOne } from './directory.fake.ts';
import type { Directory } from './directory.ts';

const CLIENT = { capabilities: { elicitation: {} } };
const ALPHA = new FakeServer('alpha', {
  tools: [{ name: 'call', inputSchema: { type: 'object' } }],
  prompts: [{ name: 'review' }],
  resourceTemplates: [{ uriTemplate: 'note://{id}' }],
  resources: [{ uri: 'shared://x' }],
});
const BETA = new FakeServer('beta', {
  tools: [{ name: 'call' }],
  prompts: [{ name: 'review' }],
  resources: [{ uri: 'shared://x' }, { uri: 'beta://1' }],
});
const ALL = directoryOfAll(ALPHA, BETA);
const ONE = directoryOfOne(BETA);

async function routed(directory: Directory, method: RoutedMethod, params: JsonObject) {
  const { connector, params: inner } = await directory.route(method, params, CLIENT);
  return [connector.server, inner];
}

test("a tool call goes to the tool's server under the name it has there, with its definition", async () => {
  const params = { name: 'alpha_call', arguments: { a: 1 }, _meta: { progressToken: 1 } };
  expect(await ALL.route('tools/call', params, CLIENT)).toEqual({
    connector: ALPHA,
    params: { ...params, name: 'call' },
    tool: { name: 'call', inputSchema: { type: 'object' } },
  });
});

test.each([
  ['tools/call', { name: 'beta_call' }, ['beta', { name: 'call' }]],
  ['prompts/get', { name: 'beta_review', arguments: {} }, ['beta', { name: 'review', arguments: {} }]],
  ['resources/read', { uri: 'note://7' }, ['alpha', { uri: 'note://7' }]],
  ['resources/read', { uri: 'beta://1' }, ['beta', { uri: 'beta://1' }]],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'beta_review' }, argument: { name: 'a', value: '' } },
    ['beta', { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'a', value: '' } }],
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'note://{id}' } },
    ['alpha', { ref: { type: 'ref/resource', uri: 'note://{id}' } }],
  ],
] as const)('at the endpoint of all, %s of %j finds its server', async (method, params, route) => {
  expect(await routed(ALL, method, params)).toEqual(route);
});

test.each([
  ['tools/call', { name: 'call' }],
  ['prompts/get', { name: 'review' }],
  ['resources/read', { uri: 'unlisted://1' }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'review' } }],
  ['completion/complete', { ref: { type: 'ref/resource', uri: 'unlisted://{x}' } }],
] as const)('at its own endpoint, %s of %j goes to the server as it is', async (method, params) => {
  expect(await routed(ONE, method, params)).toEqual(['beta', params]);
});

test('resources are looked for with the capabilities of the client that asks', async () => {
  await routed(ALL, 'resources/read', { uri: 'beta://1' });
  expect(BETA.requests.at(-1)).toMatchObject({ method: 'resources/list', client: CLIENT });
});

test('a resource is found though another server is stuck', async () => {
  const stuck = new FakeServer('alpha', { stuckOn: 'resources/list' });
  const directory = directoryOfAll(stuck, BETA);
  expect(await routed(directory, 'resources/read', { uri: 'beta://1' })).toEqual([
    'beta',
    { uri: 'beta://1' },
  ]);
});

test.each([
  ['tools/call', { name: 'call' }, 'Unknown tool: call. See tools/list.'],
  ['tools/call', { name: 'beta_review' }, 'Unknown tool: beta_review. See tools/list.'],
  ['tools/call', { name: 'gamma_call' }, 'Unknown tool: gamma_call. See tools/list.'],
  ['tools/call', { name: 'alpha_beta_call' }, 'Unknown tool: alpha_beta_call. See tools/list.'],
  ['tools/call', { name: 'ALPHA_call' }, 'Unknown tool: ALPHA_call. See tools/list.'],
  ['prompts/get', { name: 'alpha_call' }, 'Unknown prompt: alpha_call. See prompts/list.'],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'x' } }, 'Unknown prompt: x. See prompts/list.'],
] as const)('%s of the unknown name %j is refused', async (method, params, message) => {
  await expect(routed(ALL, method, params)).rejects.toThrow(refusal('name_unknown', message));
});

test("a tool of another server does not exist at a server's own endpoint", async () => {
  await expect(routed(ONE, 'tools/call', { name: 'beta_call' })).rejects.toThrow(
    refusal('name_unknown', 'Unknown tool: beta_call. See tools/list.'),
  );
});

test('a resource that nobody has is not found, and its URI is told back', async () => {
  const reading = routed(ALL, 'resources/read', { uri: 'gone://1' });
  await expect(reading).rejects.toThrow(refusal('resource_not_found', 'Resource not found: gone://1'));
  await expect(reading).rejects.toMatchObject({ data: { uri: 'gone://1' } });
});

test("a resource that two servers have is neither's, and is read at their own endpoints", async () => {
  await expect(routed(ALL, 'resources/read', { uri: 'shared://x' })).rejects.toThrow(
    refusal(
      'resource_not_found',
      "Several servers have the resource shared://x, so here it is nobody's: alpha, beta. It can be read at the endpoint of each, /mcp/<server>.",
    ),
  );
  expect(await routed(ONE, 'resources/read', { uri: 'shared://x' })).toEqual(['beta', { uri: 'shared://x' }]);
});

test.each<{ name?: unknown }>([
  {},
  { name: null },
  { name: 5 },
  { name: ['alpha_call'] },
  { name: {} },
  { name: { toString: 1 } },
])('%j holds no name', async ({ name }) => {
  for (const directory of [ALL, ONE]) {
    const refused = refusal('params_invalid', 'The name must be a string.');
    await expect(routed(directory, 'tools/call', { name })).rejects.toThrow(refused);
    await expect(routed(directory, 'prompts/get', { name })).rejects.toThrow(refused);
    await expect(
      routed(directory, 'completion/complete', { ref: { type: 'ref/prompt', name } }),
    ).rejects.toThrow(refused);
  }
});

test('members that a method does not have go nowhere, whatever they name', async () => {
  const asked = { name: 'call', uri: 'x://1', other: 1, arguments: {} };
  const { params } = await ONE.route('tools/call', asked, CLIENT);
  expect(params).toEqual({ name: 'call', arguments: {} });
});

test.each([
  ['resources/read', {}],
  ['resources/read', { uri: { toString: 1 } }],
  ['completion/complete', { ref: { type: 'ref/resource', uri: 5 } }],
] as const)('%s of %j names no resource', async (method, params) => {
  for (const directory of [ALL, ONE]) {
    await expect(routed(directory, method, params)).rejects.toThrow(
      refusal('params_invalid', 'The uri must be a string.'),
    );
  }
});
