import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { ListMethod } from '../protocol/method.ts';
import { FakeServer } from './connector.fake.ts';
import { directoryOf, directoryOfAll, directoryOfOne } from './directory.fake.ts';
import type { Directory } from './directory.ts';

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
    refusal('name_unknown', 'Unknown tool: alpha_ask. See tools/list.'),
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
  ['reading', (directory: Directory) => directory.route('resources/read', { uri: 'x://1' }, CLIENT)],
])('where no server can say what it offers, %s fails as the first of them did', async (_what, work) => {
  const failed = refusal('upstream_failed', 'The server "alpha": Down.');
  await expect(work(atAll(down('alpha'), down('beta')))).rejects.toThrow(failed);
  await expect(work(directoryOfOne(down('alpha')))).rejects.toThrow(failed);
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
