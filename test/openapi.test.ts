import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operatorOf } from './support/catalog.ts';
import { OpenapiHouse } from './support/openapi-house.ts';
import { petShop } from './support/pet-shop.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import type { TestClient } from './support/test-client.ts';

let house: OpenapiHouse;

beforeAll(async () => {
  house = await OpenapiHouse.start();
  await house.publish({ name: 'pets', source: petShop(house.api.origin) });
});

beforeEach(() => house.api.reset());

afterAll(() => house.stop());

describe.each([SDK_1, SDK_2])('an OpenAPI server, for a client of $name', line => {
  let client: TestClient;

  beforeAll(async () => {
    client = await house.clientOf(line, 'pets', 'ada');
  });

  test('has a tool for each operation, with a name, a schema and hints', async () => {
    const { tools } = await client.sdk.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'pets_list',
      'pets_add',
      'pets_get',
      'pets_sell',
      'pictures_get',
      'pictures_put',
    ]);
    expect(tools[3]).toMatchObject({
      title: 'Sell a pet',
      description: 'Sell a pet.\n(DELETE /pets/{petId})',
      inputSchema: { type: 'object', properties: { petId: { type: 'integer' } }, required: ['petId'] },
      annotations: { readOnlyHint: false, idempotentHint: true, destructiveHint: true },
    });
  });

  test('sends what it is asked to, with a credential that nobody sees', async () => {
    house.api.on('GET /v1/pets', { body: [{ id: 1, name: 'Ada' }] });
    const { text, isError } = await house.call(client, 'pets_list', {
      kind: ['cat', 'old dog'],
      page: 2,
      'X-Shop': 'north',
    });
    expect({ text, isError }).toEqual({ text: '[{"id":1,"name":"Ada"}]', isError: false });
    const [seen] = house.api.seen;
    expect(seen?.url).toBe('/v1/pets?kind=cat,old%20dog&page=2');
    expect(seen?.headers).toMatchObject({
      'x-api-key': house.credential,
      'x-shop': 'north',
      accept: 'application/json',
    });
    expect(house.got.join()).not.toContain(house.credential);
  });

  test('makes the body of its members', async () => {
    house.api.on('POST /v1/pets', { status: 201, body: '{"id": 1234567890123456789}' });
    expect((await house.call(client, 'pets_add', { name: 'Ada', mother: { name: 'Anne' } })).text).toBe(
      '{"id":1234567890123456789}',
    );
    const [seen] = house.api.seen;
    expect(JSON.parse(String(seen?.body))).toEqual({ name: 'Ada', mother: { name: 'Anne' } });
    expect(seen?.headers['content-type']).toBe('application/json');
  });

  test('sends files, and brings pictures', async () => {
    const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]);
    house.api.on('PUT /v1/pets/7/picture', { status: 204 });
    house.api.on('GET /v1/pets/7/picture', { headers: { 'content-type': 'image/png' }, body: picture });
    const file = { base64: picture.toString('base64'), filename: 'ada.png', contentType: 'image/png' };
    const put = await house.call(client, 'pictures_put', { petId: 7, caption: 'Ada', picture: file });
    expect(put.text).toBe('Done: status 204.');
    const sent = house.api.seen[0]?.body.toString('latin1');
    expect(sent).toContain('name="picture"; filename="ada.png"\r\ncontent-type: image/png\r\n\r\n\x89PNG\0');
    const { content } = await house.call(client, 'pictures_get', { petId: 7 });
    expect(content).toEqual([{ type: 'image', mimeType: 'image/png', data: picture.toString('base64') }]);
  });

  test('says what is wrong with a call, and sends nothing', async () => {
    const { text, isError } = await house.call(client, 'pets_get', { id: 7 });
    expect({ text, isError }).toEqual({
      text: 'Not sent: "petId" is missing; there is no "id". Arguments: petId.',
      isError: true,
    });
    expect(house.api.seen).toEqual([]);
  });

  test('says what the API refuses', async () => {
    const { text, isError } = await house.call(client, 'pets_get', { petId: 8 });
    expect({ text, isError }).toEqual({
      text: 'The API answered with status 404.\n{"message":"Not Found"}',
      isError: true,
    });
  });

  test('says how to get what was cut, and the next page', async () => {
    const pets = Array.from({ length: 50 }, (_, id) => ({ id, name: 'x'.repeat(1000) }));
    house.api.on('GET /v1/pets', { body: pets, headers: { link: '</v1/pets?page=3>; rel="next"' } });
    const { text, notes } = await house.call(client, 'pets_list', { page: 2 });
    expect(text).toHaveLength(20_000);
    expect(notes).toContain('{"_offset": 20000}');
    expect(notes).toContain('call again with {"page":"3"}');
    const rest = await house.call(client, 'pets_list', { page: 2, _offset: 20_000 });
    expect(JSON.stringify(pets)).toContain(text + rest.text);
    const short = await house.call(client, 'pets_list', { page: 2, _fields: ['id'] });
    expect(JSON.parse(short.text)).toEqual(pets.map(({ id }) => ({ id })));
  });
});

describe('publishing', () => {
  const refusalOf = async (document: Parameters<OpenapiHouse['publish']>[0]) =>
    String(await house.publish(document).catch((error: Error) => error.message));

  test('selects operations by tag and by id', async () => {
    await house.publish({
      name: 'some-pets',
      source: petShop(house.api.origin),
      select: { tags: ['selling'], operations: ['pets/get'] },
    });
    const client = await house.clientOf(SDK_2, 'some-pets', 'ada');
    const { tools } = await client.sdk.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['pets_get', 'pets_sell']);
  });

  test('has only the tools that a connection lets out', async () => {
    await house.publish({ name: 'read-pets', source: petShop(house.api.origin), connections: ['reading'] });
    const client = await house.clientOf(SDK_2, 'read-pets', 'ada');
    const { tools } = await client.sdk.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['pets_list', 'pets_get', 'pictures_get']);
    house.api.on('GET /v1/pets/1', { body: { id: 1 } });
    expect((await house.call(client, 'pets_get', { petId: 1 })).text).toBe('{"id":1}');
    expect(house.api.seen[0]?.headers['x-api-key']).toBeUndefined();
  });

  test('says what was left out, and why', async () => {
    const operator = await operatorOf(house.gateway);
    const { paths, ...rest } = petShop(house.api.origin);
    const elsewhere = { servers: [{ url: 'https://toys.example' }], get: { operationId: 'toys' } };
    const { body } = await operator.call('POST', '/api/v1/admin/servers', {
      kind: 'openapi',
      name: 'noted-pets',
      title: 'Pets',
      description: 'Pets.',
      source: { ...rest, paths: { ...paths, '/toys': elsewhere } },
      connections: ['reading'],
    });
    expect(body).toEqual({
      name: 'noted-pets',
      version: 1,
      notes: [
        'Left out, since no connection of this server is open for POST: POST /pets.',
        'Left out, since no connection of this server is open for DELETE: DELETE /pets/{petId}.',
        'Left out, since no connection of this server is open for PUT: PUT /pets/{petId}/picture.',
        'Left out, since no connection of this server leads to https://toys.example: GET /toys.',
      ],
    });
    const { body: versions } = await operator.get('/api/v1/admin/servers/noted-pets/versions');
    expect(versions.versions[0].notes).toEqual(body.notes);
  });

  test('keeps every version: what was is exported, and put in use again', async () => {
    const operator = await operatorOf(house.gateway);
    const source = petShop(house.api.origin);
    await house.publish({ name: 'old-pets', source, select: { operations: ['pets/get'] } });
    const first = (await operator.get('/api/v1/admin/servers/old-pets')).body.document;
    expect(first.source).toEqual(source);
    const changed = { ...first, select: { operations: ['pets/list'] } };
    const put = await operator.call('PUT', '/api/v1/admin/servers/old-pets?basedOn=1', changed);
    expect(put.body).toMatchObject({ version: 2 });
    const toolsOf = async () => {
      const { tools } = await (await house.clientOf(SDK_2, 'old-pets', 'ada')).sdk.listTools();
      return tools.map(({ name }) => name);
    };
    expect(await toolsOf()).toEqual(['pets_list']);
    await operator.call('POST', '/api/v1/admin/servers/old-pets/rollback?version=1');
    expect(await toolsOf()).toEqual(['pets_get']);
    house.api.on('GET /v1/pets/3', { body: { id: 3 } });
    const client = await house.clientOf(SDK_2, 'old-pets', 'ada');
    expect((await house.call(client, 'pets_get', { petId: 3 })).text).toBe('{"id":3}');
  });

  test('takes only words on tools that there are', async () => {
    const source = petShop(house.api.origin);
    const wrong = [
      { only: ['pets_buy'] },
      { except: ['pets_buy'] },
      { rename: { pets_buy: 'buy' } },
      { describe: { pets_buy: 'Buys a pet.' } },
    ];
    for (const tools of wrong) {
      const [member] = Object.keys(tools);
      const reason = await refusalOf({ name: 'no-pets', source, tools });
      expect(reason).toContain(`tools.${member}: there is no tool "pets_buy".`);
      expect(reason).toContain('"pets_add", "pets_get", "pets_list"');
    }
    expect(
      await refusalOf({ name: 'no-pets', source, tools: { rename: { pets_get: 'pets_add' } } }),
    ).toContain('two tools would be "pets_add"');
  });

  test('says which connection would serve', async () => {
    expect(
      await refusalOf({ name: 'no-pets', source: petShop(house.api.origin), connections: [] }),
    ).toContain('Name "pets", which does, in "connections".');
    const elsewhere = petShop('https://api.pets.example');
    expect(await refusalOf({ name: 'no-pets', source: elsewhere })).toContain(
      '{"id":"no-pets","name":"Pets","origins":["https://api.pets.example"],"placement":{"in":"header","name":"x-api-key"}}',
    );
    expect(await refusalOf({ name: 'no-pets', source: elsewhere, connections: ['unknown'] })).toContain(
      'there is no "unknown"',
    );
  });

  test('fetches a description once, in YAML too, and follows its redirects', async () => {
    const yaml = `openapi: 3.0.3\ninfo: {title: Yaml, version: "1"}\nservers: [{url: /v2}]\npaths:\n  /dogs:\n    get: {operationId: listDogs}\n`;
    house.api.on('GET /description', { status: 302, headers: { location: '/dogs.yaml' } });
    house.api.on('GET /dogs.yaml', { body: yaml });
    await house.publish({ name: 'dogs', sourceUrl: `${house.api.origin}/description` });
    house.api.on('GET /v2/dogs', { body: ['Rex'] });
    const client = await house.clientOf(SDK_2, 'dogs', 'ada');
    expect((await house.call(client, 'listDogs')).text).toBe('["Rex"]');
    expect(house.api.seen.map(({ url }) => url)).toEqual(['/description', '/dogs.yaml', '/v2/dogs']);
    expect(house.api.seen[1]?.headers['x-api-key']).toBeUndefined();
  });

  test.each([
    ['http://example.com/openapi.json', 'must begin with "https:"'],
    ['https://10.0.0.1/openapi.json', 'is a special address'],
    ['https://router.local/openapi.json', 'is a name for use within a machine'],
    ['https://ada:pass@example.com/openapi.json', 'must not hold a user name'],
    ['https://example.com/openapi.json?key=hush', 'it must have no query'],
  ])('fetches nothing from %s', async (sourceUrl, reason) => {
    expect(await refusalOf({ name: 'no-pets', sourceUrl })).toContain(reason);
  });

  test('does not follow redirects for ever', async () => {
    house.api.on('GET /description', { status: 302, headers: { location: '/description' } });
    expect(await refusalOf({ name: 'no-pets', sourceUrl: `${house.api.origin}/description` })).toContain(
      'it redirects more than 5 times',
    );
    expect(house.api.seen).toHaveLength(6);
  });

  test('does not follow a redirect inside', async () => {
    house.api.on('GET /description', {
      status: 302,
      headers: { location: 'https://169.254.169.254/latest' },
    });
    expect(await refusalOf({ name: 'no-pets', sourceUrl: `${house.api.origin}/description` })).toContain(
      'is a special address',
    );
  });
});
