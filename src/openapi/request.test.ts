import { describe, expect, test } from 'vitest';
import { called } from './called.fake.ts';
import { toolFor } from './compiled.fake.ts';
import type { Json } from './json.ts';

const text = { schema: { type: 'string' } };

describe('parameters', () => {
  test('of one name in several places are arguments of their own', async () => {
    const parameters = [
      { name: 'id', in: 'query', ...text },
      { name: 'id', in: 'path', required: true, ...text },
      { name: 'id', in: 'header', ...text },
    ];
    const body = { content: { 'application/json': { schema: { type: 'object', properties: { id: {} } } } } };
    const operation = {
      parameters: parameters.map(each => (each.in === 'header' ? { ...each, name: 'X-Id' } : each)),
      requestBody: body,
    };
    const args = { id: 'p', query_id: 'q', 'X-Id': 'h', body_id: 'b' };
    const { request, address } = await called(operation, args, { path: '/things/{id}', method: 'put' });
    expect(address).toBe('/things/p?id=q');
    expect(request?.headers.get('x-id')).toBe('h');
    expect(await request?.json()).toEqual({ id: 'b' });
  });

  test.each([
    ['filter[status]', 'filter_status'],
    ['$top', 'top'],
    ['a.b', 'a_b'],
    ['_fields', 'fields'],
    ['\u202ename', 'name'],
  ])('a parameter %j is the argument %s', async (name, arg) => {
    const { request } = await called({ parameters: [{ name, in: 'query', ...text }] }, { [arg]: 'x' });
    expect(new URL(request?.url ?? '').searchParams.get(name)).toBe('x');
  });

  test('that the path has a place for but nobody declares are text', async () => {
    const { address } = await called({}, { id: 'x y' }, { path: '/things/{id}' });
    expect(address).toBe('/things/x%20y');
  });

  test('may be written as JSON', async () => {
    const parameters = [
      { name: 'q', in: 'query', content: { 'application/json': { schema: { type: 'object' } } } },
    ];
    const { address } = await called({ parameters }, { q: { a: 1 } });
    expect(address).toBe('/things?q=%7B%22a%22%3A1%7D');
  });

  test('that hold a path keep its slashes', async () => {
    const parameters = [{ name: 'path', in: 'path', required: true, 'x-multi-segment': true, ...text }];
    const { address } = await called({ parameters }, { path: 'a/b c' }, { path: '/files/{path}' });
    expect(address).toBe('/files/a/b%20c');
  });

  test.each(['..', '.', ''])('%j in the path leads nowhere else', async id => {
    const { text: said, request } = await called({}, { id }, { path: '/things/{id}/toys' });
    expect(said).toContain('"id" must not be empty, "." or ".."');
    expect(request).toBeUndefined();
  });

  test.each(['a/../b', '/a', 'a//b'])('%j of several segments leads nowhere else', async path => {
    const parameters = [{ name: 'path', in: 'path', required: true, 'x-multi-segment': true, ...text }];
    const { request } = await called({ parameters }, { path }, { path: '/files/{path}' });
    expect(request).toBeUndefined();
  });

  test('in headers are visible ASCII', async () => {
    const parameters = [{ name: 'X-Tag', in: 'header', ...text }];
    const { text: said, request } = await called({ parameters }, { 'X-Tag': 'a\r\nhost: evil' });
    expect(said).toContain('must be visible ASCII');
    expect(request).toBeUndefined();
  });

  test('that a description may not set are none', () => {
    const parameters = ['Accept', 'Authorization', 'Content-Type'].map(name => ({
      name,
      in: 'header',
      ...text,
    }));
    expect(Object.keys(toolFor({ parameters }, { method: 'post' }).properties)).toEqual(['_fields']);
  });

  test('of a place or name that comes twice are the operation’s own', () => {
    const source = toolFor({
      parameters: [
        { name: 'a', in: 'query', ...text },
        { name: 'a', in: 'query', schema: { type: 'integer' } },
      ],
    });
    expect(source.properties.a).toEqual({ type: 'integer' });
  });
});

describe('objects whose members are sent by names of their own', () => {
  const inQuery = (schema: Json, more: Json = {}) => ({ name: 'filter', in: 'query', schema, ...more });
  const closed = { type: 'object', properties: { status: {}, owner: {} } };
  const page = { name: 'page', in: 'query', schema: { type: 'integer' } };
  const tried = (filter: Json, value: unknown) =>
    called({ parameters: [filter, page] }, { filter: value, page: 1 });

  test.each<[string, Json]>([
    ['those of its schema', closed],
    ['those of its parts', { allOf: [{ $ref: '#/components/schemas/Status' }] }],
    ['those of a choice', { oneOf: [{ type: 'string' }, closed] }],
    ['any, where it says so', { type: 'object', properties: { a: {} }, additionalProperties: true }],
    ['any, where it says nothing', { type: 'object' }],
  ])('have %s', async (_, schema) => {
    const components = { schemas: { Status: closed } };
    const { address } = await called(
      { parameters: [inQuery(schema), page] },
      { filter: { status: 'sold' }, page: 1 },
      { components },
    );
    expect(address).toBe('/things?status=sold&page=1');
  });

  test.each<[string, Json, unknown, string]>([
    ['that the API has not got', inQuery(closed), { sudo: 'root' }, 'must not have the member "sudo", only'],
    ['of what is no object', inQuery({ type: 'string' }), { sudo: 'root' }, 'must not have any members'],
    ['of a list', inQuery({ type: 'array' }), { sudo: 'root' }, 'must not have any members'],
    ['of an object without', inQuery({ additionalProperties: false }), { a: 1 }, 'must not have any members'],
    ['of other arguments', inQuery({ type: 'object' }), { page: 9 }, 'must not have the member "page":'],
    ['that read as such', inQuery({ type: 'object' }), { 'Page[]': 9 }, 'must not have the member "Page[]":'],
    [
      'of other arguments that its schema has',
      inQuery({ type: 'object', properties: { page: {} } }),
      { page: 9 },
      'must not have the member "page":',
    ],
    [
      'of what is exploded by another style',
      inQuery({ type: 'object' }, { style: 'pipeDelimited', explode: true }),
      { page: 9 },
      'must not have the member "page":',
    ],
  ])('have none %s', async (_, filter, value, reason) => {
    const { text: said, request } = await tried(filter, value);
    expect(said).toContain(`"filter" ${reason}`);
    expect(request).toBeUndefined();
  });

  test('have none that another object has', async () => {
    const parameters = ['a', 'b'].map(name => ({ name, in: 'query', schema: { type: 'object' } }));
    const { text: said } = await called({ parameters }, { a: { x: 1 }, b: { x: 2 } });
    expect(said).toContain('"a" must not have the member "x"');
  });

  test('have no name that is more than one', async () => {
    const filter = inQuery({ type: 'object' }, { allowReserved: true });
    expect((await tried(filter, { 'page=9&x': 'a/b' })).address).toBe('/things?page%3D9%26x=a/b&page=1');
  });

  test.each<[Json, string]>([
    [{ style: 'deepObject' }, '/things?filter%5Bpage%5D=9&page=1'],
    [{ explode: false }, '/things?filter=page,9&page=1'],
  ])('are no matter where they have none (%j)', async (style, address) => {
    expect((await tried(inQuery(closed, style), { page: 9 })).address).toBe(address);
  });

  test('have none of others in the path', async () => {
    const matrix = { in: 'path', style: 'matrix', explode: true, required: true };
    const parameters = [
      { ...matrix, name: 'id', schema: { type: 'object' } },
      { ...matrix, name: 'role', schema: { type: 'string' } },
    ];
    const place = { path: '/things/{id}{role}' };
    const { address } = await called({ parameters }, { id: { a: 1 }, role: 'user' }, place);
    expect(address).toBe('/things/;a=1;role=user');
    const { text: said } = await called({ parameters }, { id: { role: 'admin' }, role: 'user' }, place);
    expect(said).toContain('"id" must not have the member "role"');
  });

  test('have none of others in a form', async () => {
    const properties = { filter: { type: 'object' }, page: { type: 'integer' }, note: { type: 'string' } };
    const content = { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties } } };
    const submit = (args: Json) => called({ requestBody: { content } }, args, { method: 'post' });
    const { request } = await submit({ filter: { a: 1 }, page: 1 });
    expect(await request?.text()).toBe('a=1&page=1');
    expect((await submit({ filter: { page: 9 }, page: 1 })).text).toContain('the member "page"');
    expect((await submit({ note: { a: 1 } })).text).toContain('"note" must not have any members');
  });
});

describe('arguments', () => {
  const operation = {
    parameters: [{ name: 'id', in: 'query', required: true, ...text }],
    requestBody: {
      content: {
        'application/json': { schema: { type: 'object', required: ['a'], properties: { a: {}, b: {} } } },
      },
    },
  };

  test.each<[Json, string]>([
    [{}, '"id" is missing'],
    [{ id: null }, '"id" is missing'],
    [{ id: 1, b: 2 }, '"a" is missing'],
    [{ id: 1, toString: 2 }, 'there is no "toString"'],
    [{ id: 1, _fields: 'name' }, '"_fields" must be a list'],
    [{ id: 1, _offset: -1 }, '"_offset" must be 0 or a whole number above'],
  ])('%j are refused', async (args, reason) => {
    const { text: said, request, result } = await called(operation, args, { method: 'post' });
    expect(said).toContain(reason);
    expect(result.isError).toBe(true);
    expect(request).toBeUndefined();
  });

  test('a body that need not be there is left out, or whole', async () => {
    const { request } = await called(operation, { id: 1 }, { method: 'post' });
    expect(request?.body).toBeNull();
    const { request: full } = await called(operation, { id: 1, a: null }, { method: 'post' });
    expect(await full?.json()).toEqual({ a: null });
  });
});

describe('bodies', () => {
  const sent = async (content: Json, args: Json, openapi = '3.1.0') => {
    const { request } = await called({ requestBody: { content } }, args, { method: 'post', openapi });
    return { type: request?.headers.get('content-type'), body: await request?.text() };
  };
  const object = (properties: Json) => ({ schema: { type: 'object', properties } });

  test.each<[string, Json, Json, { type: string; body: string }]>([
    [
      'members of an object',
      { 'application/json': object({ a: {}, b: {} }) },
      { a: [1], b: { c: null } },
      { type: 'application/json', body: '{"a":[1],"b":{"c":null}}' },
    ],
    [
      'a list as a whole',
      { 'application/json': { schema: { type: 'array' } } },
      { body: [1, 2] },
      { type: 'application/json', body: '[1,2]' },
    ],
    [
      'a choice as a whole',
      { 'application/vnd.api+json': { schema: { oneOf: [{ type: 'object' }, { type: 'string' }] } } },
      { body: { a: 1 } },
      { type: 'application/vnd.api+json', body: '{"a":1}' },
    ],
    [
      'JSON before forms',
      { 'application/x-www-form-urlencoded': object({ a: {} }), 'application/json': object({ a: {} }) },
      { a: 1 },
      { type: 'application/json', body: '{"a":1}' },
    ],
    [
      'a form',
      {
        'application/x-www-form-urlencoded': {
          ...object({ a: {}, list: {}, deep: {} }),
          encoding: { list: { style: 'form', explode: false }, deep: { style: 'deepObject' } },
        },
      },
      { a: 'x y&z', list: [1, 2], deep: { b: 1 } },
      { type: 'application/x-www-form-urlencoded', body: 'a=x%20y%26z&list=1,2&deep%5Bb%5D=1' },
    ],
    [
      'text',
      { 'text/markdown': { schema: { type: 'string' } } },
      { body: '# Hi' },
      { type: 'text/markdown', body: '# Hi' },
    ],
    ['XML', { 'application/xml': {} }, { body: '<a/>' }, { type: 'application/xml', body: '<a/>' }],
    ['bytes', { 'application/zip': {} }, { body: btoa('PK') }, { type: 'application/zip', body: 'PK' }],
    ['any bytes', { '*/*': {} }, { body: btoa('x') }, { type: 'application/octet-stream', body: 'x' }],
  ])('are sent: %s', async (_, content, args, expected) => {
    expect(await sent(content, args)).toEqual(expected);
  });

  test.each(['3.0.3', '3.1.0'])('files are parts of their own, in %s', async openapi => {
    const file =
      openapi === '3.0.3' ? { type: 'string', format: 'binary' } : { contentMediaType: 'image/png' };
    const content = {
      'multipart/form-data': {
        ...object({
          note: { type: 'string' },
          meta: { type: 'object' },
          files: { type: 'array', items: file },
        }),
        encoding: { note: { contentType: 'text/plain' } },
      },
    };
    const files = [{ text: 'one' }, { base64: btoa('two'), filename: 'a"\r\nb', contentType: 'image/png' }];
    const { type, body } = await sent(content, { note: 'n', meta: { a: 1 }, files }, openapi);
    const boundary = type?.split('boundary=')[1] ?? '';
    expect(body?.split(`--${boundary}`).map(part => part.replaceAll('\r\n', '|'))).toEqual([
      '',
      '|content-disposition: form-data; name="note"|content-type: text/plain||n|',
      '|content-disposition: form-data; name="meta"|content-type: application/json||{"a":1}|',
      '|content-disposition: form-data; name="files"; filename="files"|content-type: text/plain||one|',
      '|content-disposition: form-data; name="files"; filename="a%22%0D%0Ab"|content-type: image/png||two|',
      '--|',
    ]);
  });

  test('media types that are more than one line are none', async () => {
    const evil = 'text/plain\r\n\r\n;evil';
    const content = {
      'multipart/form-data': { ...object({ a: {} }), encoding: { a: { contentType: evil } } },
    };
    expect(toolFor({ requestBody: { content } }).wire?.body?.members).toEqual([{ arg: 'a', name: 'a' }]);
    expect((await sent({ [evil]: {} }, { body: btoa('x') })).type).toBe('application/octet-stream');
    const responses = { 200: { content: { [evil.replace('plain', 'json')]: {} } } };
    expect(toolFor({ responses }).wire?.accept).toBeUndefined();
  });

  test.each<[Json, string]>([
    [{ file: {} }, 'must have the file\'s "text", or its "base64"'],
    [{ file: { base64: '%' } }, 'must have the file\'s "text", or its "base64"'],
    [{ file: null }, 'must have the file\'s "text", or its "base64"'],
    [{ file: { text: 'x', contentType: 'a/b\r\nx: y' } }, 'must be a media type'],
  ])('%j is no file', async (args, reason) => {
    const content = { 'multipart/form-data': object({ file: { type: 'string', format: 'binary' } }) };
    const { text: said, request } = await called({ requestBody: { content } }, args, { method: 'post' });
    expect(said).toContain(reason);
    expect(request).toBeUndefined();
  });

  test('parts of allOf are one object', async () => {
    const schemas = { Base: { type: 'object', properties: { a: {} } } };
    const schema = {
      allOf: [{ $ref: '#/components/schemas/Base' }, { type: 'object', properties: { b: {} } }],
    };
    const requestBody = { content: { 'application/json': { schema } } };
    const { request } = await called(
      { requestBody },
      { a: 1, b: 2 },
      { method: 'post', components: { schemas } },
    );
    expect(await request?.json()).toEqual({ a: 1, b: 2 });
  });

  test('names such as __proto__ are sent as they are', async () => {
    const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}');
    const { body } = await sent({ 'application/json': { schema } }, { proto: 'x' });
    expect(body).toBe('{"__proto__":"x"}');
  });
});
