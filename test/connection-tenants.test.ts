import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { operatorOf } from './support/catalog.ts';
import { Connecting } from './support/connecting.ts';
import { resultOf, wireClient } from './support/wire.ts';

const API = 'https://api.search.example';
const KEY = { origins: [API], owner: 'tenant', placement: { in: 'header', name: 'X-Key' } };
const THEIRS = { ...KEY, id: 'theirs', name: 'Theirs', secret: 'THEIR_KEY', tenants: ['other'] };

let house: Connecting;

/** A gateway for several organisations: of its connections, only "letters" and "ours" are for that of the tests. */
beforeAll(async () => {
  house = await Connecting.start({
    CONNECTIONS: JSON.stringify([
      THEIRS,
      { id: 'github', name: 'GitHub', preset: 'github', tenants: ['other', 'third'] },
      { ...KEY, id: 'robot', name: 'Robot', owner: 'server', tenants: ['other'] },
      { ...KEY, id: 'letters', name: 'Letters', owner: 'user', tenants: ['other', 'default'] },
      { ...KEY, id: 'ours', name: 'Ours', origins: ['https://api.ours.example'] },
    ]),
    THEIR_KEY: 'the key of another organisation',
  });
});

afterAll(() => house.stop());

const withoutNonce = (html: string) => html.replaceAll(/nonce="[^"]*"/g, '');

test('somebody sees the connections of their organisation, and no other', async () => {
  const { text } = await house.open('bob', '/account');
  for (const name of ['Letters', 'Ours']) expect(text).toContain(`<bdi>${name}</bdi>`);
  for (const name of ['Theirs', 'GitHub', 'Robot']) expect(text).not.toContain(`<bdi>${name}</bdi>`);
  const { body } = await (await ApiClient.signIn(house.origin, 'bob')).get('/api/v1/credentials');
  expect(body.credentials.map(({ id }: { id: string }) => id)).toEqual(['letters', 'ours']);
});

test.each(['theirs', 'github', 'robot'])(
  'another organisation’s is as one that does not exist, to operators too (%s)',
  async id => {
    const none = await house.open('olivia', '/connect/none');
    const page = await house.open('olivia', `/connect/${id}`);
    expect([page.status, withoutNonce(page.text)]).toEqual([404, withoutNonce(none.text)]);
    const operator = await operatorOf(house);
    const { status, body } = await operator.call('DELETE', `/api/v1/credentials/${id}`);
    expect([status, body.code]).toEqual([404, 'connection_unknown']);
  },
);

test('a server of the monorepo is offered by the connections of the organisation', async () => {
  const { body } = await (await operatorOf(house)).get('/api/v1/admin/servers');
  const servers: { name: string; isSetUp: boolean }[] = body.servers;
  expect(servers.find(({ name }) => name === 'github')?.isSetUp).toBe(false);
  expect(servers.find(({ name }) => name === 'issues')?.isSetUp).toBe(true);
  const bob = await wireClient(house.origin, '/mcp', 'bob');
  const { tools } = await resultOf(bob.modern('tools/list'));
  expect((tools as { name: string }[]).filter(({ name }) => name.startsWith('github_'))).toEqual([]);
});

test('no server can be added that would use one, and none is proposed', async () => {
  const operator = await operatorOf(house);
  const added = async (document: object) => {
    const shown = { name: 'taking', title: 'Taking', description: 'Takes what is not its own.' };
    const { status, body } = await operator.call('POST', '/api/v1/admin/servers', { ...shown, ...document });
    return [status, body.detail];
  };
  const source = {
    openapi: '3.1.0',
    info: { title: 'Search', version: '1' },
    servers: [{ url: API }],
    paths: { '/items': { get: { operationId: 'items', responses: { 200: { description: 'Items.' } } } } },
  };
  const unknown = 'there is no "theirs". Those that are set up (CONNECTIONS) are: "letters", "ours".';
  expect(await added({ kind: 'openapi', source, connections: ['theirs'] })).toEqual([
    400,
    expect.stringContaining(unknown),
  ]);
  expect(
    await added({ kind: 'remote', url: `${API}/mcp`, auth: { kind: 'connection', connection: 'theirs' } }),
  ).toEqual([400, expect.stringContaining('no connection "theirs"')]);
  const [status, message] = await added({ kind: 'openapi', source, connections: ['ours'] });
  expect([status, message]).toEqual([400, expect.stringContaining('Name "letters", which does')]);
});
