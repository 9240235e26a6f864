import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf, messagesOf, RawClient } from './support/raw-client.ts';
import { findStored, storedFiles } from './support/stored-files.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

/** Text that exists nowhere else, named after the place it is planted in. */
const canary = (place: string) => `canary-${place}-${randomBytes(12).toString('hex')}`;

const planted = new Map<string, string>();
let gateway: TestGateway;

function plant(place: string): string {
  const text = canary(place);
  planted.set(place, text);
  return text;
}

beforeAll(async () => {
  gateway = await startTestGateway();
  const agent = await signedInAgent(gateway.origin, '/mcp', 'ada');
  planted.set('access token', agent.accessToken.split(':').at(-1) ?? agent.accessToken);
  planted.set('refresh token', agent.tokens()?.refresh_token?.split(':').at(-1) ?? '');
  planted.set('authorization code', agent.callback.get('code')?.split(':').at(-1) ?? '');
  const client = new RawClient(`${gateway.origin}/mcp`, agent.accessToken);
  await usePlainly(client);
  await useStreaming(client);
  await useStateless(client);
});

afterAll(() => gateway.stop());

/** Notes, arguments and results of plain calls. */
async function usePlainly(client: RawClient): Promise<void> {
  const session = await client.initialize();
  planted.set('session id', session.id.split('.').at(2) ?? '');
  const note = { text: plant('note text'), title: plant('note title'), tags: [plant('tag')] };
  await messagesOf(await session.request(1, 'tools/call', { name: 'memory_remember', arguments: note }));
  const echoed = { name: 'everything_echo', arguments: { message: plant('echoed argument') } };
  await messagesOf(await session.request(2, 'tools/call', echoed));
  await messagesOf(
    await session.request(3, 'resources/subscribe', { uri: `memory://notes/${plant('subscription')}` }),
  );
}

/** A call that is parked with its arguments, and answered: all of that is stored while it waits. */
async function useStreaming(client: RawClient): Promise<void> {
  const session = await client.initialize({ elicitation: { form: {} } });
  const params = { name: 'everything_ask_name', arguments: {}, _meta: { note: plant('parked parameters') } };
  const response = await session.request(plant('request id'), 'tools/call', params);
  for await (const { data } of eventsOf(response)) {
    const message = data === '' ? {} : JSON.parse(data);
    if (message.method !== 'elicitation/create') continue;
    const field = Object.keys(message.params.requestedSchema.properties)[0] ?? '';
    if (field !== 'name') break;
    const result = { action: 'accept', content: { name: plant('elicited answer') } };
    await (await session.post({ jsonrpc: '2.0', id: message.id, result })).body?.cancel();
  }
}

async function useStateless(client: RawClient): Promise<void> {
  const call = { name: 'everything_echo', arguments: { message: plant('stateless argument') } };
  await messagesOf(await client.modern('tools/call', call));
}

test('nothing that was said can be read on disk, write-ahead logs included, in any encoding', () => {
  const files = storedFiles(gateway.stateDir);
  expect(files.some(({ path }) => path.endsWith('-wal'))).toBe(true);
  expect([...planted.values()].every(text => text.length >= 16)).toBe(true);
  // A client's name is no secret; that it is found shows that the search finds.
  expect(files.some(({ bytes }) => bytes.includes('Gatehouse demo agent'))).toBe(true);
  expect(findStored(files, planted)).toEqual([]);
});

test('nothing that was said is printed', () => {
  const output = gateway.output();
  expect([...planted].filter(([, text]) => output.includes(text)).map(([place]) => place)).toEqual([]);
});
