import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { FakeServer } from './connector.fake.ts';
import type { Connector } from './connector.ts';
import { readDefinitions, readList } from './read-definitions.ts';

const SIGNAL = new AbortController().signal;
const CLIENT = { capabilities: {} };
const items = (length: number) => Array.from({ length }, (_, index) => ({ uri: `note://${index}` }));

test('definitions are what discovery and the lists answer', async () => {
  const server = new FakeServer('memory', {
    tools: [{ name: 'recall' }],
    prompts: [{ name: 'review' }],
    resourceTemplates: [{ uriTemplate: 'note://{id}' }],
  });
  expect(await readDefinitions(server, SIGNAL)).toEqual({
    discovered: expect.objectContaining({ capabilities: { tools: {}, prompts: {}, resources: {} } }),
    tools: [{ name: 'recall' }],
    prompts: [{ name: 'review' }],
    resourceTemplates: [{ uriTemplate: 'note://{id}' }],
  });
});

test('a list that a server does not offer is empty, and is not asked for', async () => {
  const server = new FakeServer('memory', { capabilities: { prompts: {} }, tools: [{ name: 'hidden' }] });
  const { tools, prompts, resourceTemplates } = await readDefinitions(server, SIGNAL);
  expect({ tools, prompts, resourceTemplates }).toEqual({ tools: [], prompts: [], resourceTemplates: [] });
  expect(server.requests.map(({ method }) => method)).toEqual(['server/discover', 'prompts/list']);
});

test('a list that a server does not know, though it has a list of its kind, is empty', async () => {
  const server = new FakeServer('memory', {
    tools: [{ name: 'recall' }],
    capabilities: { tools: {}, resources: {} },
  });
  const unknown = {
    kind: 'error',
    error: { code: -32601, message: 'Method not found' },
    httpStatus: 200,
  } as const;
  const connector: Connector = {
    server: 'memory',
    version: '1',
    call: async (request, hooks) =>
      request.method === 'resources/templates/list' ? unknown : server.call(request, hooks),
    listen: async () => {},
  };
  const { tools, resourceTemplates } = await readDefinitions(connector, SIGNAL);
  expect({ tools, resourceTemplates }).toEqual({ tools: [{ name: 'recall' }], resourceTemplates: [] });
});

test('a list is read page after page, with the cursors that the server gives', async () => {
  const server = new FakeServer('memory', { resources: items(7), pageSize: 3 });
  const all = await readList(server, 'resources/list', { capabilities: { resources: {} } }, CLIENT, SIGNAL);
  expect(all).toEqual(items(7));
  expect(server.requests.map(({ params }) => params)).toEqual([{}, { cursor: '3' }, { cursor: '6' }]);
});

test('a list without end is read up to 10,000 items', async () => {
  const server = new FakeServer('memory', { resources: items(30_000), pageSize: 4000 });
  const all = await readList(server, 'resources/list', { capabilities: { resources: {} } }, CLIENT, SIGNAL);
  expect(all.length).toBeLessThan(14_000);
  expect(server.requests).toHaveLength(3);
});

test('a list is read up to 8 MiB, however many pages it has', async () => {
  const large = Array.from({ length: 20 }, (_, index) => ({
    uri: `note://${index}`,
    text: 'x'.repeat(1_000_000),
  }));
  const server = new FakeServer('memory', { resources: large, pageSize: 2 });
  await expect(
    readList(server, 'resources/list', { capabilities: { resources: {} } }, CLIENT, SIGNAL),
  ).rejects.toThrow(
    refusal(
      'upstream_failed',
      'The server "memory" answers resources/list with more than 8388608 characters.',
    ),
  );
  expect(server.requests).toHaveLength(5);
});

test('a page of more items than a list may have is cut', async () => {
  const server = new FakeServer('memory', { resources: items(200_000), pageSize: 200_000 });
  const all = await readList(server, 'resources/list', { capabilities: { resources: {} } }, CLIENT, SIGNAL);
  expect(all).toHaveLength(10_000);
});

test.each(['server/discover', 'tools/list', 'prompts/list', 'resources/templates/list'])(
  'a server that cannot answer %s has no definitions, and is named',
  async failsOn => {
    await expect(readDefinitions(new FakeServer('memory', { failsOn }), SIGNAL)).rejects.toThrow(
      refusal('upstream_failed', 'The server "memory": Down.'),
    );
  },
);
