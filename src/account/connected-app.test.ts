import { expect, test } from 'vitest';
import { entryOf } from '../catalog/catalog.fake.ts';
import type { Connection } from '../grants/connections.ts';
import { connectedApps } from './connected-app.ts';

const ORIGIN = 'https://mcp.example.com';
const place = { origin: ORIGIN, offer: { servers: [entryOf('memory', { title: 'Memory' })], virtual: [] } };

const connection = (id: string, client: string, change: Partial<Connection> = {}): Connection => ({
  id,
  client,
  resource: `${ORIGIN}/mcp/memory`,
  scopes: ['mcp'],
  connectedAtMs: 1,
  lastUsedAtMs: null,
  sessions: [],
  ...change,
});

const shown = (...connections: Connection[]) => connectedApps(place, connections, new Map([['a', 'App A']]));

test('installations stand under their client, in the order they came', () => {
  const apps = shown(connection('1', 'b'), connection('2', 'a'), connection('3', 'b'));
  expect(apps.map(({ id, name, connections }) => [id, name, connections.map(each => each.id)])).toEqual([
    ['b', null, ['1', '3']],
    ['a', 'App A', ['2']],
  ]);
});

test('only a client with a metadata document has a host that vouches for it', () => {
  const [document, registered] = shown(
    connection('1', 'https://claude.ai/client.json'),
    connection('2', 'a'),
  );
  expect([document?.host, registered?.host]).toEqual(['claude.ai', null]);
});

test.each([
  [`${ORIGIN}/mcp`, 'All servers'],
  [`${ORIGIN}/mcp/memory`, 'Memory'],
  [`${ORIGIN}/api`, 'Gatehouse itself'],
  [`${ORIGIN}/mcp/gone`, `${ORIGIN}/mcp/gone`],
])('%s is called "%s"', (resource, place) => {
  expect(shown(connection('1', 'a', { resource }))[0]?.connections[0]?.place).toBe(place);
});

test('what may be done is said once, in words', () => {
  const scopes = [
    'mcp',
    'memory:read',
    'memory:write',
    'gone:read',
    'account',
    'admin',
    'offline_access',
    'odd',
  ];
  expect(shown(connection('1', 'a', { scopes }))[0]?.connections[0]?.abilities).toEqual([
    'connect, and see what there is',
    'read and change things in Memory',
    'read in gone',
    'see and end what you have connected',
    'administer this gateway, as far as your role goes',
    'stay connected while you are away',
    'odd',
  ]);
});
