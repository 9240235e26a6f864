import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publish } from './support/catalog.ts';
import { Connecting } from './support/connecting.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { LINK_CAPABILITIES, type Link, signIn, type TestClient } from './support/test-client.ts';

let house: Connecting;

beforeAll(async () => {
  house = await Connecting.start({ CATALOG_CACHE_MS: '0' });
  const there = house.thirdParty.issuer;
  await publish(house.gateway, {
    kind: 'openapi',
    name: 'items',
    title: 'Items',
    description: 'Items of a tracker.',
    connections: ['tracker'],
    source: {
      openapi: '3.1.0',
      info: { title: 'Tracker', version: '1' },
      servers: [{ url: there }],
      paths: { '/items': { get: { operationId: 'list' }, post: { operationId: 'add' } } },
    },
  });
});

afterAll(() => house.stop());

describe.each([
  [SDK_2, 'eve'],
  [SDK_1, 'bob'],
] as const)('a tool of an OpenAPI server, called by $name', (line, user) => {
  let client: TestClient;
  let links: Link[];

  beforeAll(async () => {
    client = await signIn(line, new URL('/mcp/items', house.origin), user, LINK_CAPABILITIES);
    client.person.open = async link => {
      links.push(link);
      await house.connect(user, link.url);
      return { action: 'accept' };
    };
  });

  afterAll(() => client.sdk.close());

  test('says what is not connected where its member declines', async () => {
    await house.disconnect(user, 'tracker');
    const before = house.thirdParty.requests.length;
    const { open } = client.person;
    client.person.open = () => ({ action: 'decline' });
    const { isError, content } = await client.call('list');
    client.person.open = open;
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toContain('was not connected');
    expect(house.thirdParty.requests).toHaveLength(before);
  });

  // Last what is not only read: shortly after it, a call that fails may be what did it.
  test.each([
    ['list', 'GET'],
    ['add', 'POST'],
  ])('asks its member to connect, and goes on: %s', async (tool, method) => {
    links = [];
    await house.disconnect(user, 'tracker');
    const before = house.thirdParty.requests.length;
    expect(await client.call(tool)).toMatchObject({ content: [{ type: 'text', text: `${method} /items` }] });
    expect(links.map(({ message }) => message)).toEqual([
      expect.stringContaining('Tracker is not connected yet.'),
    ]);
    const arrived = house.thirdParty.requests.slice(before);
    expect(arrived).toMatchObject([{ method, path: '/items', status: 200 }]);
    expect(house.thirdParty.tokens).toContain(arrived[0]?.authorization?.replace('Bearer ', ''));
  });
});
