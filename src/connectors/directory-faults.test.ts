import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { ListMethod } from '../protocol/method.ts';
import { FakeServer } from './connector.fake.ts';
import { directoryOf, directoryOfAll, directoryOfOne } from './directory.fake.ts';
import type { Directory } from './directory.ts';
import { namesOf } from './names.ts';

const CLIENT = { capabilities: {} };
/** What a token grants that may read from all of them. */
const SCOPES = ['alpha:read', 'beta:read', 'gamma:read'];
const BETA = new FakeServer('beta', {
  tools: [{ name: 'call' }],
  resources: [{ uri: 'shared://x' }, { uri: 'beta://1' }],
  instructions: 'Compute.',
});
const ASK = { tools: [{ name: 'ask' }] };
const down = (server: string) => new FakeServer(server, { ...ASK, failsOn: 'server/discover' });
const atAll = directoryOfAll;

async function listed(directory: Directory, method: ListMethod, member: string, field: string) {
  const result = await directory.list(method, {}, CLIENT, SCOPES);
  return (result[member] as JsonObject[]).map(item => item[field]);
}

test.each([
  ['fails', down('alpha')],
  ['fails in a list', new FakeServer('alpha', { ...ASK, failsOn: 'prompts/list' })],
])('a server whose definitions cannot be read is left out: it %s', async (_how, broken) => {
  const directory = atAll(broken, BETA);
  expect(await listed(directory, 'tools/list', 'tools', 'name')).toEqual(['beta_call']);
  expect(await directory.discover()).toMatchObject({ instructions: 'Compute.' });
  expect(await directory.route('tools/call', { name: 'beta_call' }, CLIENT)).toMatchObject({
    connector: BETA,
  });
  await expect(directory.route('tools/call', { name: 'alpha_ask' }, CLIENT)).rejects.toThrow(
    refusal('upstream_failed', 'The server "alpha": Down.'),
  );
  await expect(directory.route('tools/call', { name: 'gamma_ask' }, CLIENT)).rejects.toThrow(
    refusal('name_unknown', 'Unknown tool: gamma_ask. See tools/list.'),
  );
});

test('a server that was left out is asked again the next time', async () => {
  const offline = Promise.reject(new Error('offline'));
  const answers = [offline, BETA.upstream.definitions()];
  const flaky = { ...BETA.qualified, definitions: () => answers.shift() ?? offline };
  const directory = directoryOf([new FakeServer('alpha', ASK).qualified, flaky]);
  expect(await listed(directory, 'tools/list', 'tools', 'name')).toEqual(['alpha_ask']);
  expect(await listed(directory, 'tools/list', 'tools', 'name')).toEqual(['alpha_ask', 'beta_call']);
});

test.each([
  ['discovering', (directory: Directory) => directory.discover()],
  ['a list', (directory: Directory) => directory.list('tools/list', {}, CLIENT, SCOPES)],
  ['a list of resources', (directory: Directory) => directory.list('resources/list', {}, CLIENT, SCOPES)],
  ['a call', (directory: Directory) => directory.route('tools/call', { name: 'alpha_ask' }, CLIENT)],
])('where no server can say what it offers, %s fails as the first of them did', async (_what, work) => {
  const failed = refusal('upstream_failed', 'The server "alpha": Down.');
  await expect(work(atAll(down('alpha'), down('beta')))).rejects.toThrow(failed);
  await expect(work(directoryOfOne(down('alpha')))).rejects.toThrow(failed);
});

test('a resource may be that of any server, so that where none can say, reading it fails as the first of them did', async () => {
  await expect(
    atAll(down('alpha'), down('beta')).route('resources/read', { uri: 'x://1' }, CLIENT),
  ).rejects.toThrow(refusal('upstream_failed', 'The server "alpha": Down.'));
});

/** A server that never says what it offers. */
const silent = (server: string) => ({
  ...new FakeServer(server).qualified,
  definitions: () => new Promise<never>(() => {}),
});
const LATE = 'The server "alpha" did not say within 50 ms (setting LIST_TIMEOUT_MS) what it has.';

test.each(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'] as const)(
  'in %s a server that says nothing is missing within the deadline, which is noted, and no client keeps the list',
  async method => {
    const directory = directoryOf([silent('alpha'), BETA.qualified]);
    expect(await directory.list(method, {}, CLIENT, SCOPES)).toMatchObject({
      ttlMs: 0,
      _meta: { 'gatehouse/unavailable': { alpha: LATE } },
    });
  },
);

test('what a server may turn out to offer is among the capabilities, since sessions learn them once', async () => {
  const tools = new FakeServer('beta', { capabilities: { tools: {} } });
  const listChanged = { listChanged: true };
  expect(await directoryOf([silent('alpha'), tools.qualified]).discover()).toMatchObject({
    capabilities: { tools: listChanged, prompts: listChanged, resources: listChanged },
    ttlMs: 0,
    _meta: { 'gatehouse/unavailable': { alpha: LATE } },
  });
  expect((await directoryOf([tools.qualified]).discover()).capabilities).toEqual({ tools: listChanged });
});

test('a call waits for no other server', async () => {
  const began = performance.now();
  const never = directoryOf([silent('alpha'), BETA.qualified]);
  expect(await never.route('tools/call', { name: 'beta_call' }, CLIENT)).toMatchObject({ connector: BETA });
  expect(performance.now() - began).toBeLessThan(40);
});

test('what a server offered before is shown with a note, and not kept by clients', async () => {
  const before = {
    ...BETA.qualified,
    definitions: async () => ({ ...(await BETA.upstream.definitions()), note: 'Down.' }),
  };
  const listed = await directoryOf([before]).list('tools/list', {}, CLIENT, SCOPES);
  expect(listed).toMatchObject({
    tools: [{ name: 'beta_call' }],
    ttlMs: 0,
    _meta: { 'gatehouse/unavailable': { beta: 'Down.' } },
  });
});

test('a name that two servers would have is neither shown nor called', async () => {
  const naming = { server: 'alpha', isQualified: true, rename: {}, exact: { ask: 'beta_call' } };
  const alpha = { ...new FakeServer('alpha', ASK).qualified, names: namesOf(naming) };
  const directory = directoryOf([alpha, BETA.qualified]);
  expect(await listed(directory, 'tools/list', 'tools', 'name')).toEqual([]);
  await expect(directory.route('tools/call', { name: 'beta_call' }, CLIENT)).rejects.toThrow(
    refusal(
      'name_unknown',
      'More than one tool would be named beta_call, so none is. An operator can rename them.',
    ),
  );
});

test('who calls what is hidden is told why', async () => {
  const hidden = [{ kind: 'tools' as const, name: 'new', reason: 'It waits for an operator.' }];
  const beta = {
    ...BETA.qualified,
    definitions: async () => ({ ...(await BETA.upstream.definitions()), hidden }),
  };
  await expect(directoryOf([beta]).route('tools/call', { name: 'beta_new' }, CLIENT)).rejects.toThrow(
    refusal('definition_unapproved', 'It waits for an operator.'),
  );
});

test('a server that is stuck or fails does not hold up the resources of the others', async () => {
  const stuck = new FakeServer('alpha', { stuckOn: 'resources/list', resources: [{ uri: 'a:1' }] });
  const broken = new FakeServer('gamma', { failsOn: 'resources/list', resources: [{ uri: 'g:1' }] });
  expect(await listed(atAll(stuck, BETA, broken), 'resources/list', 'resources', 'uri')).toEqual([
    'shared://x',
    'beta://1',
  ]);
});

test('where no server can say what it has, that is an error and not an empty list', async () => {
  const broken = (name: string) => new FakeServer(name, { failsOn: 'resources/list' });
  await expect(
    atAll(broken('alpha'), broken('beta')).list('resources/list', {}, CLIENT, SCOPES),
  ).rejects.toThrow(refusal('upstream_failed', 'The server "alpha": Down.'));
});
