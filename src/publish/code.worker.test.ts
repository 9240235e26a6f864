import { env as bindings, exports } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { Definitions } from '../catalog/definitions.ts';
import { type DocumentOf, serverDocumentSchema } from '../catalog/server-document.ts';
import { catalogStoreOf } from '../catalog/tenant-catalog.ts';
import { type Env, settingsOf } from '../env.ts';
import { ADA } from '../principal.fake.ts';
import type { CapabilityExports } from '../runtime/isolate.ts';
import { prepareCode } from './code.ts';

const SITE = {
  id: 'site',
  name: 'Site',
  owner: 'tenant',
  origins: ['https://site.example'],
  secret: 'SITE_SECRET',
};
const env = {
  ...bindings,
  CODE_MAX_BYTES: '4096',
  DEFINITIONS_TIMEOUT_MS: '1000',
  CONNECTIONS: JSON.stringify([SITE, { ...SITE, id: 'theirs', tenants: ['other'] }]),
  SITE_SECRET: 'the secret of the site',
} as unknown as Env;
const store = catalogStoreOf(env, ADA.tenant);

const publisher = {
  env,
  settings: settingsOf(env),
  exports: exports as unknown as CapabilityExports,
  origin: 'http://localhost',
  principal: ADA,
  store,
};

function documentOf(
  modules: Readonly<Record<string, string>>,
  change: Partial<DocumentOf<'code'>> = {},
): DocumentOf<'code'> {
  const shown = { kind: 'code', name: 'calc', title: 'Calculator', description: 'Calculates.' };
  return serverDocumentSchema.parse({ ...shown, modules, ...change }) as DocumentOf<'code'>;
}

const prepared = (modules: Readonly<Record<string, string>>, change?: Partial<DocumentOf<'code'>>) =>
  prepareCode(documentOf(modules, change), publisher);

async function offered(modules: Readonly<Record<string, string>>): Promise<Definitions> {
  const { artifacts } = await prepared(modules);
  return store.artifacts.get<Definitions>(artifacts.definitions ?? '');
}

const PLAIN = `
export default {
  tools: {
    add: {
      description: 'Adds two numbers.',
      inputSchema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
      annotations: { readOnlyHint: true },
      handler: ({ a, b }) => a + b,
    },
  },
};`;

const FACTORY = `
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
export default () => {
  const server = new McpServer({ name: 'mine', version: '1.0.0' });
  server.registerTool('add', { description: 'Adds.', inputSchema: z.object({ a: z.number() }) }, async () => ({ content: [] }));
  return server;
};`;

const HANDLER = `
import { createMcpHandler } from '@modelcontextprotocol/server';
import factory from './lib/factory.mjs';
export default createMcpHandler(factory, { legacy: 'reject' });`;

describe('a module is accepted that exports', () => {
  test('tools, whose definitions are kept as they are', async () => {
    const { discovered, tools } = await offered({ 'index.js': PLAIN });
    expect(discovered).toMatchObject({ capabilities: { tools: {} } });
    expect(tools).toEqual([
      {
        name: 'add',
        description: 'Adds two numbers.',
        annotations: { readOnlyHint: true },
        inputSchema: expect.objectContaining({
          type: 'object',
          properties: { a: { type: 'number' }, b: { type: 'number' } },
          required: ['a', 'b'],
        }),
      },
    ]);
  });

  test('tools by zod, whose default export is there too', async () => {
    const text = `import z from 'zod/v4'; export default { tools: { echo: { inputSchema: z.object({ text: z.string() }), handler: () => 1 } } }`;
    expect((await offered({ 'index.js': text })).tools).toMatchObject([
      { name: 'echo', inputSchema: { type: 'object', required: ['text'] } },
    ]);
  });

  test('a factory', async () => {
    const { tools } = await offered({ 'index.js': FACTORY });
    expect(tools).toMatchObject([{ name: 'add', inputSchema: { required: ['a'] } }]);
  });

  test('a fetch handler, with modules in folders', async () => {
    const { tools } = await offered({ 'index.js': HANDLER, 'lib/factory.mjs': FACTORY });
    expect(tools).toMatchObject([{ name: 'add' }]);
  });

  test('with data beside it', async () => {
    const text =
      `import { word } from './data.json'; import text from './data.txt'; import data from './data.json';
      export default { tools: { [data.word + text]: { handler: () => 1 } } }`.replace(
        "import { word } from './data.json'; ",
        '',
      );
    const { tools } = await offered({ 'index.js': text, 'data.json': '{"word":"a"}', 'data.txt': 'b' });
    expect(tools).toMatchObject([{ name: 'ab' }]);
  });
});

test('the modules are kept apart from the document, by their hash', async () => {
  const { document, artifacts } = await prepared({ 'index.js': PLAIN });
  expect(document).toMatchObject({ name: 'calc', modules: {} });
  expect(await store.artifacts.get(artifacts.modules ?? '')).toEqual({ 'index.js': PLAIN });
});

/** Longer than the deadline. */
const SLOW = 'new Promise(done => setTimeout(done, 60_000))';

const plain = (tools: string) => `export default { tools: ${tools} }`;
const index = (text: string) => ({ 'index.js': text });

describe('a module is refused, and its author told why', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a syntax error',
      index('const a = 1;\nconst b = ;'),
      "SyntaxError: Unexpected token ';' (index.js:2:10)",
    ],
    ['a throw at its top', index('\nthrow new RangeError("boom");'), 'RangeError: boom (index.js:2:7)'],
    [
      'nothing exported',
      index('export const a = 1;'),
      'must default-export a function that returns an McpServer',
    ],
    ['something else', index('export default { hello: 1 }'), 'it exports an object with "hello".'],
    ['a class', index('export default class A {}'), 'it exports a class.'],
    [
      'a factory of something else',
      index('export default () => 5'),
      'must return an McpServer; it returns a number',
    ],
    ['a throwing factory', index('export default () => {\n  null.x;\n}'), "reading 'x') (index.js:2:8)"],
    ['no tools', index(plain('{}')), 'There are no tools'],
    ['a tool without handler', index(plain('{ a: {} }')), 'tools.a.handler must be a function'],
    ['a bad tool name', index(plain('{ "a b": {} }')), 'The tool name "a b" must be'],
    [
      'a schema of no object',
      index(plain('{ a: { inputSchema: { type: "string" }, handler() {} } }')),
      'tools.a.inputSchema must be JSON Schema with "type": "object", or a zod object.',
    ],
    [
      'a library that is not there',
      { ...index("import './lib/a.js';"), 'lib/a.js': "import 'lodash';" },
      'No such module "lib/lodash". It is imported by "lib/a.js". There are the libraries ' +
        '"@modelcontextprotocol/server", "zod", "zod/v4" and the modules "index.js", "lib/a.js".',
    ],
    ['a module of Node', index("import 'node:fs';"), 'No such module "node:fs"'],
    ['a name that a library lacks', index("import { nothing } from 'zod';"), "an export named 'nothing'"],
    [
      'an endless wait at its top',
      index('await new Promise(() => {});'),
      'Top-level await in module is unsettled',
    ],
    ['an endless factory', index(`export default () => ${SLOW}`), 'did not begin within 1000 ms'],
    ['an endless handler', index(`export default { fetch: () => ${SLOW} }`), 'within 1000 ms'],
    [
      'a handler of something else',
      index('export default { fetch: () => new Response("hi") }'),
      'server/discover',
    ],
    ['a handler of nothing', index('export default { fetch: () => Response.json({}) }'), 'server/discover'],
    [
      'a throwing handler',
      index('export default {\n fetch() { throw new Error("mine"); } }'),
      'Error: mine (index.js:2:18)',
    ],
    [
      'a request to the network at its top',
      index('export default async () => { await fetch("https://example.com"); }'),
      'not permitted to access the internet',
    ],
    [
      'an answer without end in place of ours',
      index(
        `Response.json = () => new Response(new ReadableStream({ pull: c => c.enqueue(new Uint8Array(65_536)) }));\n${PLAIN}`,
      ),
      'It says more than 65536 bytes before it begins.',
    ],
    ['JSON that is none', { ...index(PLAIN), 'a.json': '{' }, '"a.json" is not JSON'],
    ['a name that leads up', { ...index(PLAIN), '../a.js': '' }, 'the name "../a.js" must be a path'],
    [
      'a name that is not the only one',
      { ...index(PLAIN), './a.js': '' },
      'the name "./a.js" must be a path',
    ],
    ['an absolute name', { ...index(PLAIN), '/a.js': '' }, 'the name "/a.js" must be a path'],
    [
      'no main module',
      { 'main.js': PLAIN },
      'mainModule: "index.js" must be the name of a .js or .mjs module',
    ],
    ['too much', index(`//${'x'.repeat(5000)}`), 'at most 4096 are taken (setting CODE_MAX_BYTES)'],
    [
      'too many modules',
      Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`m${at}.js`, ''])),
      'at most 100 are taken (setting CODE_MAX_MODULES)',
    ],
  ])('for %s', async (_what, modules, reason) => {
    await expect(prepared(modules)).rejects.toMatchObject({
      code: 'server_invalid',
      message: expect.stringContaining(reason),
    });
  });

  test.each<[Partial<DocumentOf<'code'>>, string]>([
    [{ isolation: 'tenant', connections: ['github'] }, 'isolation must be "session" or "user"'],
    [{ isolation: 'tenant', capabilities: ['state'] }, 'isolation must be "session" or "user"'],
    [
      { connections: ['nowhere'] },
      'connections: there is no "nowhere". Those that are set up (CONNECTIONS) are: "site".',
    ],
    [
      { connections: ['theirs'] },
      'connections: there is no "theirs". Those that are set up (CONNECTIONS) are: "site".',
    ],
    [{ connections: ['mcp.remote'] }, 'connections: there is no "mcp.remote"'],
  ])('for %j', async (change, reason) => {
    await expect(prepared(index(PLAIN), change)).rejects.toMatchObject({
      code: 'server_invalid',
      message: expect.stringContaining(reason),
    });
  });

  test.each(['@gatehouse/main.js', 'zod', 'lib\\a.js', 'a.ts'])('for the module name %j', name => {
    expect(() => documentOf({ ...index(PLAIN), [name]: '' })).toThrow('must be a module name');
  });
});

test('while it is tried, code has neither the connections nor the state that it declares', async () => {
  const change = { connections: ['site'], capabilities: ['state'] } as const;
  const declared = (text: string) =>
    prepared(index(text), { connections: [...change.connections], capabilities: [...change.capabilities] });
  await expect(
    declared('export default async () => { await fetch("https://site.example"); }'),
  ).rejects.toThrow('not permitted to access the internet');
  const asked = `import { env } from 'cloudflare:workers'; export default async () => { await env.STATE.get("key"); }`;
  await expect(declared(asked)).rejects.toThrow("reading 'get'");
  expect(await declared(PLAIN)).toMatchObject({ document: change });
});

test('what is refused is not kept', async () => {
  const count = () => env.DB.prepare('SELECT count(*) AS count FROM catalog_artifact').first('count');
  const before = await count();
  await expect(prepared(index('nothing'))).rejects.toThrow();
  expect(await count()).toBe(before);
});
