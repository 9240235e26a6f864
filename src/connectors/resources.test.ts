import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { FakeServer } from './connector.fake.ts';
import { directoryOfAll } from './directory.fake.ts';
import { ownsUri, Resources } from './resources.ts';

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
  expect(ownsUri(server(uriTemplate), uri)).toBe(owned);
});

test('any of its templates will do, and without templates a server owns nothing', () => {
  expect(ownsUri(server('a://{x}', 'b://{x}'), 'b://1')).toBe(true);
  expect(ownsUri(server(), 'b://1')).toBe(false);
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

test("resources come in the order of their servers, and one that two claim is the first one's", async () => {
  const resources = await resourcesOf(listing('alpha', 'a:1', 'x:1'), listing('beta', 'x:1', 'b:1'));
  expect((await resources.list(CLIENT, () => true)).items).toEqual([
    { uri: 'a:1', name: 'alpha' },
    { uri: 'x:1', name: 'alpha' },
    { uri: 'b:1', name: 'beta' },
  ]);
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
