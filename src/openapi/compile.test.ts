import { describe, expect, test } from 'vitest';
import { githubDescription } from '../../test/support/github-description.ts';
import { LARGE_OPERATIONS, largeDescription } from '../../test/support/large-description.ts';
import { compiled, description, toolFor } from './compiled.fake.ts';

const named = (paths: Record<string, object>) =>
  compiled(description({ paths })).definitions.tools.map(({ name }) => name);

describe('names of tools', () => {
  test.each([
    ['pets/list', 'pets_list'],
    ['listPets', 'listPets'],
    ['list pets (all)', 'list_pets_all'],
    ['Pets.List', 'Pets_List'],
    ['\u202eevil\u200b', 'evil'],
    ['__proto__', 'proto'],
    ['日本', 'get_pets'],
  ])('an operationId %j becomes %s', (operationId, name) => {
    expect(named({ '/pets': { get: { operationId } } })).toEqual([name]);
  });

  test('without an operationId, method and path name a tool', () => {
    const paths = { '/pets/{petId}/toys': { get: {}, delete: {} }, '/': { get: {} } };
    expect(named(paths)).toEqual(['get_pets_by_petId_toys', 'delete_pets_by_petId_toys', 'get']);
  });

  test('the same operationId twice gives two names', () => {
    const paths = {
      '/a': { get: { operationId: 'x' } },
      '/b': { get: { operationId: 'x' } },
      '/c': { get: { operationId: 'x y' } },
    };
    expect(named(paths)).toEqual(['x', 'get_b', 'x_y']);
  });

  test('a thousand operations of one name have a thousand names', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`/{p${index}}`, { get: { operationId: 'x'.repeat(80) } }]),
    );
    const names = named(paths);
    expect(new Set(names).size).toBe(1000);
    expect(names.every(name => /^[A-Za-z0-9_-]{1,64}$/.test(String(name)))).toBe(true);
  });
});

describe('what a tool says of itself', () => {
  test('is its summary and description, with the request that it is', () => {
    const { definition } = toolFor({
      summary: 'Add a  thing',
      description: 'See [the guide](https://example.com/guide).\r\nIt is\u202e safe\u200b.',
      deprecated: true,
    });
    expect(definition).toMatchObject({
      title: 'Add a thing',
      description: 'Deprecated.\nAdd a thing.\nSee the guide.\nIt is safe.\n(POST /things)',
    });
  });

  test.each([
    ['get', { readOnlyHint: true, openWorldHint: true }],
    ['head', { readOnlyHint: true, openWorldHint: true }],
    ['post', { readOnlyHint: false, openWorldHint: true }],
    ['put', { readOnlyHint: false, idempotentHint: true, openWorldHint: true }],
    ['delete', { readOnlyHint: false, idempotentHint: true, destructiveHint: true, openWorldHint: true }],
  ])('of the method %s is known what it does', (method, annotations) => {
    expect(toolFor({}, { method }).definition?.annotations).toEqual(annotations);
  });

  test('only what changes nothing can be called again to read on', () => {
    expect(Object.keys(toolFor({}, { method: 'get' }).properties)).toEqual(['_fields', '_offset']);
    expect(Object.keys(toolFor({}, { method: 'post' }).properties)).toEqual(['_fields']);
  });
});

describe('operations', () => {
  const paths = {
    '/pets': {
      get: { operationId: 'list', tags: ['pets'] },
      post: { operationId: 'add', tags: ['pets', 'admin'] },
    },
    '/toys': { get: { tags: ['toys'] } },
  };
  const chosen = (select: object) =>
    compiled(description({ paths }), { select }).definitions.tools.map(({ name }) => name);

  test.each([
    [{}, ['list', 'add', 'get_toys']],
    [{ tags: ['toys'] }, ['get_toys']],
    [{ tags: ['admin'], operations: ['list'] }, ['list', 'add']],
    [{ operations: ['GET /toys'] }, ['get_toys']],
  ])('are selected by %j', (select, names) => {
    expect(chosen(select)).toEqual(names);
  });

  test('that are selected must be there', () => {
    expect(() => chosen({ tags: ['toy'] })).toThrow(
      'does not have: toy. It has, among others: pets, admin, toys.',
    );
  });

  test('that cannot be called are left out, with the reason', () => {
    const cookie = { name: 'sid', in: 'cookie', required: true };
    const header = { name: 'Range', in: 'header', required: true };
    const { definitions, left } = compiled(
      description({
        paths: {
          '/a': { get: { parameters: [cookie] } },
          '/b': { get: { parameters: [header] } },
          '/c': { get: {} },
        },
      }),
      { obstacleTo: (_, url) => (url.pathname === '/v1/c' ? 'it is closed' : null) },
    );
    expect(definitions.tools).toEqual([]);
    expect(left).toEqual([
      { operation: 'GET /a', reason: 'it needs the cookie "sid", which is not sent' },
      { operation: 'GET /b', reason: 'it needs the header "Range", which is not sent' },
      { operation: 'GET /c', reason: 'it is closed' },
    ]);
  });
});

describe('the address of an API', () => {
  const bases = (members: object, change = {}) =>
    compiled({ ...description({ paths: { '/x': { get: {} } } }), ...members }, change).operations.bases;

  test.each([
    [{ servers: [{ url: 'https://a.example/v1/' }] }, {}, 'https://a.example/v1'],
    [
      {
        servers: [
          {
            url: 'https://{host}.example:{port}/{v}',
            variables: { host: { default: 'eu' }, port: { enum: ['8443'] }, v: { default: 'v2' } },
          },
        ],
      },
      {},
      'https://eu.example:8443/v2',
    ],
    [
      { servers: [{ url: '../v3' }] },
      { sourceUrl: 'https://b.example/docs/api.json' },
      'https://b.example/v3',
    ],
    [{ servers: undefined }, { sourceUrl: 'https://b.example/docs/api.json' }, 'https://b.example'],
    [{ servers: [{ url: 'https://a.example' }] }, { baseUrl: 'https://c.example/x/' }, 'https://c.example/x'],
  ])('%j with %j is %s', (members, change, base) => {
    expect(bases(members, change)).toEqual([base]);
  });

  test.each([
    [{ servers: undefined }],
    [{ servers: [{ url: '/v1' }] }],
    [{ servers: [{ url: 'ftp://a.example' }] }],
    [{ servers: [{ url: 'https://a:b@c.example' }] }],
    [{ servers: [{ url: 'https://a.example/{v}' }] }],
  ])('%j is none', members => {
    expect(() => bases(members)).toThrow('Say where the API is in "baseUrl"');
  });

  test('is not said again with what may be secret', () => {
    const baseUrl = 'https://ada:hush@a.example/v1?key=hush';
    expect(() => bases({}, { baseUrl })).toThrow('"https://a.example/v1", is no plain https address');
  });

  test('an operation may have its own', () => {
    const { operations } = compiled(
      description({
        paths: {
          '/a': { get: {}, servers: [{ url: 'https://up.example' }] },
          '/b': { get: { servers: [{ url: 'https://up.example/' }] } },
          '/c': { get: {} },
        },
      }),
    );
    expect(operations.bases).toEqual(['https://api.example.com/v1', 'https://up.example']);
    expect(Object.values(operations.operations).map(({ base }) => base)).toEqual([1, 1, 0]);
  });
});

describe.each([
  { api: 'an API of 1,200 operations', text: JSON.stringify(largeDescription('https://api.example.com')) },
  { api: "GitHub's API", text: await githubDescription(), count: 1223 },
])('$api', ({ text, count = LARGE_OPERATIONS }) => {
  test.skipIf(text === null)('has tools that are small, with names of their own', () => {
    const { definitions, operations, left } = compiled(text ?? '');
    expect(left).toEqual([]);
    expect(definitions.tools).toHaveLength(count);
    expect(new Set(definitions.tools.map(({ name }) => name)).size).toBe(count);
    const bytes = definitions.tools.map(tool => JSON.stringify(tool).length);
    expect(Math.max(...bytes)).toBeLessThan(8000);
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(2_000_000);
    expect(JSON.stringify(operations).length).toBeLessThan(600_000);
  });
});
