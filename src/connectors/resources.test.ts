import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { FakeServer } from './connector.fake.ts';
import { directoryOfAll } from './directory.fake.ts';
import { claimsUri } from './resource-claims.ts';
import { Resources } from './resources.ts';

const CLIENT = { capabilities: {} };

const server = (...uriTemplates: unknown[]) => ({
  discovered: {},
  tools: [],
  prompts: [],
  resourceTemplates: uriTemplates.map(uriTemplate => ({ uriTemplate })),
});

test.each([
  ['a URI made by a template', 'note://{id}', 'note://1', true],
  ['a URI of another scheme', 'note://{id}', 'file://1', false],
  ['the template itself, as completion names it', 'note://{id}', 'note://{id}', true],
  ['a URI with more segments than the template', 'note://{id}', 'note://1/2', false],
  ['a template that is broken', 'note://{id', 'note://1', false],
  ['a broken template itself', 'note://{id', 'note://{id', true],
  ['a template that is no text', 5, '5', false],
])('%s', (_what, uriTemplate, uri, owned) => {
  expect(claimsUri(server(uriTemplate), uri)).toBe(owned);
});

test('any of its templates will do, and without templates a server owns nothing', () => {
  expect(claimsUri(server('a://{x}', 'b://{x}'), 'b://1')).toBe(true);
  expect(claimsUri(server(), 'b://1')).toBe(false);
});

const listing = (name: string, ...uris: string[]) =>
  new FakeServer(name, { resources: uris.map(uri => ({ uri, name })) });
const templating = (name: string, uriTemplate: string) =>
  new FakeServer(name, { resourceTemplates: [{ uriTemplate }] });

/** The resources of servers that have said what they offer, and have been asked nothing since. */
async function resourcesOf(...servers: FakeServer[]): Promise<Resources> {
  const ready = await Promise.all(
    servers.map(async ({ upstream }) => {
      const definitions = await upstream.definitions();
      return { ...upstream, definitions: async () => definitions };
    }),
  );
  for (const { requests } of servers) requests.length = 0;
  return new Resources(async () => ready, servers.length === 1, 20);
}

const listedBy = async (resources: Resources) => {
  const { items, unavailable } = await resources.list(CLIENT, () => true, undefined, 500);
  return { items: items.map(({ uri, name }) => `${uri} of ${name}`), unavailable };
};
const LEFT_OUT = (server: string, uri: string) =>
  `Resources of it that are left out here: 1. Another server has ${uri} too; this one's is at /mcp/${server}.`;
const SEVERAL = (uri: string, servers: string) =>
  `Several servers have the resource ${uri}, so here it is nobody's: ${servers}. It can be read at the endpoint of each, /mcp/<server>.`;

test('resources come in the order of their servers', async () => {
  const resources = await resourcesOf(listing('alpha', 'a:1', 'a:2'), listing('beta', 'b:1'));
  expect(await listedBy(resources)).toEqual({
    items: ['a:1 of alpha', 'a:2 of alpha', 'b:1 of beta'],
    unavailable: {},
  });
});

test("a URI that two servers list is nobody's, and that is said", async () => {
  const resources = await resourcesOf(listing('alpha', 'a:1', 'x:1'), listing('beta', 'x:1', 'b:1'));
  expect(await listedBy(resources)).toEqual({
    items: ['a:1 of alpha', 'b:1 of beta'],
    unavailable: { alpha: LEFT_OUT('alpha', 'x:1'), beta: LEFT_OUT('beta', 'x:1') },
  });
  await expect(resources.ownerOf('x:1', CLIENT)).rejects.toThrow(
    refusal('resource_not_found', SEVERAL('x:1', 'alpha, beta')),
  );
  expect(await resources.ownersOf(['x:1'], CLIENT)).toEqual(new Map());
});

test("a URI that a server lists and the template of another makes is that other one's, and that is said", async () => {
  const beta = new FakeServer('beta', {
    resourceTemplates: [{ uriTemplate: 'note://{id}' }],
    resources: [{ uri: 'note://1', name: 'beta' }],
  });
  const resources = await resourcesOf(listing('alpha', 'note://1', 'note://2', 'a:1'), beta);
  expect(await listedBy(resources)).toEqual({
    items: ['note://1 of beta', 'a:1 of alpha'],
    unavailable: { alpha: LEFT_OUT('alpha', 'note://1').replace(': 1.', ': 2.') },
  });
  for (const uri of ['note://1', 'note://2']) expect(await resources.ownerOf(uri, CLIENT)).toBe(beta);
});

test("a URI that templates of two servers make is nobody's, whoever lists it", async () => {
  const alpha = templating('alpha', 'note:{+any}');
  const beta = new FakeServer('beta', {
    resourceTemplates: [{ uriTemplate: 'note://{id}' }],
    resources: [{ uri: 'note://1', name: 'beta' }],
  });
  const resources = await resourcesOf(alpha, beta);
  expect(await listedBy(resources)).toEqual({
    items: [],
    unavailable: { beta: LEFT_OUT('beta', 'note://1') },
  });
  await expect(resources.ownerOf('note://1', CLIENT)).rejects.toThrow(
    refusal('resource_not_found', SEVERAL('note://1', 'alpha, beta')),
  );
  expect(await resources.ownerOf('note:2', CLIENT)).toBe(alpha);
});

test('templates count though their servers may not be read from', async () => {
  const resources = await resourcesOf(listing('alpha', 'note://1'), templating('beta', 'note://{id}'));
  expect((await resources.list(CLIENT, ({ server }) => server === 'alpha', undefined, 500)).items).toEqual(
    [],
  );
});

test('what a server lists is shown without what is hidden in it, or, where it hides in names, not at all', async () => {
  const alpha = new FakeServer('alpha', {
    resources: [
      { uri: 'a:1', name: 'alpha', description: 'Seen\u{e0041}.' },
      { uri: 'a:2', name: 'al\u202epha' },
      { uri: 'a:3', name: 'alpha', text: 'x'.repeat(200_000) },
      { uri: 5, name: 'alpha' },
    ],
  });
  const { items, unavailable } = await (await resourcesOf(alpha)).list(CLIENT, () => true, undefined, 500);
  expect(items).toEqual([{ uri: 'a:1', name: 'alpha', description: 'Seen.' }]);
  expect(unavailable).toEqual({
    alpha:
      'Resources of it that are left out here: 2. It has invisible characters in its name, or in other values that cannot be changed.',
  });
});

test('whoever wears out the work that matching may cost gains no URI by it', () => {
  const costly = `a:${'{+x}'.repeat(10)}!`;
  const budget = { steps: 500_000 };
  const uri = `a:${'x'.repeat(2046)}`;
  const claims = Array.from({ length: 10 }, () => claimsUri(server(costly), uri, budget));
  expect(claims).toEqual([...Array(5).fill(false), ...Array(5).fill(true)]);
  expect(claimsUri(server(costly), 'b:1', budget)).toBe(false);
});

test('no template of a stranger holds up a question', async () => {
  const hostile = 'a:{+a}{+b}{+c}{+d}{+e}!';
  const resources = await resourcesOf(templating('alpha', hostile), listing('beta', 'b:1'));
  const began = performance.now();
  await expect(resources.ownerOf(`a:${'x'.repeat(200)}`, CLIENT)).rejects.toThrow('Resource not found');
  expect(performance.now() - began).toBeLessThan(1000);
});

test('a template says whose a resource is before any list does, and then nobody is asked', async () => {
  const [alpha, beta] = [listing('alpha', 'note://1'), templating('beta', 'note://{id}')];
  const resources = await resourcesOf(alpha, beta);
  expect(await resources.ownerOf('note://1', CLIENT)).toBe(beta);
  expect([...alpha.requests, ...beta.requests]).toEqual([]);
});

test('a server on its own owns every resource, and is asked nothing', async () => {
  const only = new FakeServer('only', { failsOn: 'resources/list' });
  const resources = await resourcesOf(only);
  expect(await resources.ownerOf('any://1', CLIENT)).toBe(only);
  expect(only.requests).toEqual([]);
});

test('a resource that no server lists is not found', async () => {
  const finding = (await resourcesOf(listing('alpha', 'a:1'), listing('beta'))).ownerOf('gone:1', CLIENT);
  await expect(finding).rejects.toThrow(refusal('resource_not_found', 'Resource not found: gone:1'));
  await expect(finding).rejects.toMatchObject({ data: { uri: 'gone:1' } });
});

test.each([
  [
    'fails',
    new FakeServer('beta', { failsOn: 'resources/list' }),
    'upstream_failed',
    'The server "beta": Down.',
  ],
  [
    'is stuck',
    new FakeServer('beta', { stuckOn: 'resources/list' }),
    'call_timeout',
    'The server "beta" did not say within 20 ms (setting LIST_TIMEOUT_MS) what it has.',
  ],
] as const)(
  'a resource may be that of a server that %s, so the refusal says why it was not found',
  async (_how, beta, code, why) => {
    const resources = await resourcesOf(listing('alpha', 'a:1'), beta);
    await expect(resources.ownerOf('b:1', CLIENT)).rejects.toThrow(refusal(code, why));
    expect(await resources.ownerOf('a:1', CLIENT)).toMatchObject({ server: 'alpha' });
  },
);

test('several resources are grouped by their servers, in the order of the question', async () => {
  const [alpha, beta] = [listing('alpha', 'a:1', 'a:2'), templating('beta', 'note://{id}')];
  const directory = directoryOfAll(alpha, beta);
  const owners = await directory.ownersOf(['note://2', 'a:2', 'note://1', 'a:1'], CLIENT);
  expect([...owners]).toEqual([
    [beta, ['note://2', 'note://1']],
    [alpha, ['a:2', 'a:1']],
  ]);
  expect(await directory.ownersOf([], CLIENT)).toEqual(new Map());
});

test('of several resources that only lists name, each server is asked once', async () => {
  const [alpha, beta] = [listing('alpha', 'a:1', 'a:2'), listing('beta', 'b:1')];
  const owners = await (await resourcesOf(alpha, beta)).ownersOf(['a:1', 'a:2', 'b:1', 'gone:1'], CLIENT);
  expect([...owners.values()]).toEqual([['a:1', 'a:2'], ['b:1']]);
  expect([alpha.requests.length, beta.requests.length]).toEqual([1, 1]);
});

test("of several resources one that is nobody's is left out", async () => {
  const directory = directoryOfAll(listing('alpha', 'a:1'), listing('beta'));
  expect([...(await directory.ownersOf(['a:1', 'gone:1'], CLIENT)).values()]).toEqual([['a:1']]);
  await expect(directory.ownerOf('gone:1', CLIENT)).rejects.toThrow(
    refusal('resource_not_found', 'Resource not found: gone:1'),
  );
});
