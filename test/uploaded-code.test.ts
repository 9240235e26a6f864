import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorOf, publish } from './support/catalog.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { uploadOf } from './support/uploads.ts';

/** What a main module may export. */
const SHAPES = {
  plain: ['plain.js', 'lib/sum.js'],
  factory: ['factory.js', 'lib/sum.js'],
  handler: ['handler.js', 'factory.js', 'lib/sum.js'],
} as const;
const LINES = [SDK_1, SDK_2];
const SETTINGS = { CATALOG_CACHE_MS: '0' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({}, SETTINGS);
  for (const [name, modules] of Object.entries(SHAPES)) await publish(gateway, uploadOf(name, modules));
});

afterAll(() => gateway.stop());

const clientOf = (line = SDK_2, path = '/mcp/plain', user = 'ada') =>
  signIn(line, new URL(`${gateway.origin}${path}`), user);

const said = (content: string) => [{ type: 'text', text: content }];

const cases = LINES.flatMap(line => Object.keys(SHAPES).map(shape => [line.name, shape, line] as const));

describe.each(cases)('%s at an uploaded server (%s)', (_line, shape, line) => {
  let client: TestClient;

  beforeAll(async () => {
    client = await clientOf(line, `/mcp/${shape}`);
  });

  test('sees its tools and instructions', async () => {
    const { tools } = await client.sdk.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['add', 'greet', 'fail']);
    expect(tools[0]).toMatchObject({
      description: 'Adds two numbers.',
      inputSchema: { type: 'object', required: ['a', 'b'] },
      annotations: { readOnlyHint: true },
    });
    expect(client.sdk.getInstructions()).toBe('Adds numbers.');
  });

  test('calls a tool', async () => {
    expect((await client.call('add', { a: 1, b: 2 })).content).toEqual(said('3'));
  });

  test('is told what is wrong with its arguments', async () => {
    expect(await client.call('add', { a: 1 })).toMatchObject({ isError: true });
  });

  test('is told what the tool has thrown', async () => {
    expect(await client.call('fail')).toMatchObject({ isError: true, content: said('no such thing') });
  });

  test('is asked what a tool asks', async () => {
    client.person.fillIn = () => ({ action: 'accept', content: { name: 'Ada' } });
    expect((await client.call('greet')).content).toEqual(said('Hello Ada'));
  });
});

test('at the endpoint of all, uploaded servers are among the others', async () => {
  const client = await clientOf(SDK_2, '/mcp');
  const { tools } = await client.sdk.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['plain_add', 'factory_add', 'handler_add', 'memory_recall']));
  expect((await client.call('plain_add', { a: 2, b: 3 })).content).toEqual(said('5'));
});

const answering = (answer: string) => ({
  'index.js': `export default { tools: { answer: { handler: () => '${answer}' } } };`,
});

test.each(LINES)(
  'an open session of $name is served by the new version, and by the old one again',
  async line => {
    const name = line === SDK_1 ? 'versions-1' : 'versions-2';
    const operator = await operatorOf(gateway);
    const document = (answer: string) =>
      uploadOf(name, [], { mainModule: 'index.js', modules: answering(answer) });
    await publish(gateway, document('one'));
    const client = await clientOf(line, `/mcp/${name}`);
    const answer = async () => (await client.call('answer')).content;
    expect(await answer()).toEqual(said('one'));

    const path = `/api/v1/admin/servers/${name}`;
    const { status, body } = await operator.call('PUT', `${path}?basedOn=1`, document('two'));
    expect([status, body.version]).toEqual([200, 2]);
    expect(await answer()).toEqual(said('two'));

    expect((await operator.call('POST', `${path}/rollback?version=1`)).status).toBe(204);
    expect(await answer()).toEqual(said('one'));
  },
);

test('what the documentation shows is accepted, and works', async () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/servers/code.md'), 'utf8');
  const modules = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, module = '']) => module);
  expect(modules.length).toBe(2);
  const names = ['documented-1', 'documented-2'];
  for (const [at, name] of names.entries())
    await publish(
      gateway,
      uploadOf(name, [], { mainModule: 'index.js', modules: { 'index.js': modules[at] ?? '' } }),
    );
  const client = await clientOf(SDK_2, '/mcp');
  expect((await client.call('documented-1_add', { a: 1, b: 2 })).content).toEqual(said('3'));
  expect((await client.call('documented-2_double', { a: 4 })).content).toEqual(said('8'));
});

test('the document is handed back as it was submitted', async () => {
  const operator = await operatorOf(gateway);
  const submitted = uploadOf('plain', SHAPES.plain);
  const { body } = await operator.get('/api/v1/admin/servers/plain');
  expect(body.document).toMatchObject(submitted);
});

test.each([
  ['const a = ;', "SyntaxError: Unexpected token ';' (index.js:1:10)"],
  ["import 'lodash';", 'There are the libraries "@modelcontextprotocol/server", "zod", "zod/v4"'],
  ['export default 5;', 'it exports a number'],
])('an operator is told why %j is not accepted, and nothing of it is saved', async (module, reason) => {
  const operator = await operatorOf(gateway);
  const document = uploadOf('broken', [], { mainModule: 'index.js', modules: { 'index.js': module } });
  const { status, body } = await operator.call('POST', '/api/v1/admin/servers', document);
  expect([status, body]).toMatchObject([400, { detail: expect.stringContaining(reason) }]);
  expect((await operator.get('/api/v1/admin/servers/broken')).status).toBe(404);
});
