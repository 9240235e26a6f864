import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { RawClient } from './support/raw-client.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { type ClientLine, signIn, type TestClient, type ToolResult } from './support/test-client.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

const few = (id: string, tool: string, more: object) => ({
  ...{ id, effect: 'limit', count: 'calls', max: 2, windowSeconds: 300, per: 'user' },
  what: { servers: ['memory'], tools: [tool] },
  ...more,
});

const POLICY = {
  rules: [
    { id: 'all', effect: 'allow' },
    few('per-user', 'recall', { who: { users: ['*ada', '*bob'] } }),
    few('per-tool', 'search', { per: 'tool', max: 3 }),
    few('brief', 'list', { max: 1, windowSeconds: 2 }),
    few('bytes', 'remember', { count: 'bytes', max: 200 }),
    { ...few('prompts', 'x', { max: 0 }), what: { servers: ['memory'], prompts: ['*'] } },
  ],
};

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({}, { MAX_SESSIONS_PER_USER: '3' });
  const administrator = await ApiClient.signIn(gateway.origin, 'ada');
  const path = '/api/v1/admin/policy?basedOn=0&reason=test';
  expect(await administrator.call('PUT', path, POLICY)).toMatchObject({ status: 200 });
});

afterAll(() => gateway.stop());

const refusalOf = ({ _meta }: ToolResult) => (_meta?.['gatehouse/refusal'] ?? null) as Refusal | null;

interface Refusal {
  readonly rule: string;
  readonly retryAfterSeconds: number;
}

async function rulesOf(client: TestClient, times: number, name: string, args: object) {
  const rules: (string | null)[] = [];
  for (let nth = 0; nth < times; nth++)
    rules.push(refusalOf(await client.call(name, { ...args }))?.rule ?? null);
  return rules;
}

const connect = (line: ClientLine, user: string) => signIn(line, new URL('/mcp', gateway.origin), user);

test('both SDKs hand models the words of a refusal, and one user at their limit does not change the answer of another', async () => {
  const ada = await connect(SDK_1, 'ada');
  const bob = await connect(SDK_2, 'bob');
  const recall = ['memory_recall', { query: 'tea', title: 'tea' }] as const;
  expect(await rulesOf(ada, 3, ...recall)).toEqual([null, null, 'per-user']);
  expect(await rulesOf(bob, 3, ...recall)).toEqual([null, null, 'per-user']);
  for (const client of [ada, bob]) {
    const { isError, content } = await client.call(...recall);
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toMatch(/allows 2 calls per user .* Try again in \d+ seconds/);
  }
});

test('users share what is counted per tool', async () => {
  const ada = await connect(SDK_1, 'ada');
  const bob = await connect(SDK_2, 'bob');
  const search = ['memory_search', { query: 'tea' }] as const;
  expect(await rulesOf(ada, 2, ...search)).toEqual([null, null]);
  expect(await rulesOf(bob, 2, ...search)).toEqual([null, 'per-tool']);
});

test('whoever waits as long as they are told may call again', async () => {
  const eve = await connect(SDK_2, 'eve');
  expect(refusalOf(await eve.call('memory_list'))).toBeNull();
  const refused = refusalOf(await eve.call('memory_list'));
  expect(refused).toMatchObject({ rule: 'brief' });
  await new Promise(resolve => setTimeout(resolve, (refused?.retryAfterSeconds ?? 0) * 1000));
  expect(refusalOf(await eve.call('memory_list'))).toBeNull();
});

test('bytes of arguments count', async () => {
  const eve = await connect(SDK_1, 'eve');
  const note = { title: 'tea', text: 'x'.repeat(300) };
  expect(refusalOf(await eve.call('memory_remember', note))?.rule).toBe('bytes');
});

test.each([SDK_1, SDK_2])('$name says why a prompt is refused', async line => {
  const client = await connect(line, 'eve');
  const { prompts } = await client.sdk.listPrompts();
  const name = prompts.find(each => each.name.startsWith('memory_'))?.name ?? '';
  const refused = await client.sdk.getPrompt({ name, arguments: { topic: 'tea' } }).catch(error => error);
  expect(String(refused.message)).toMatch(/The rule \\?"prompts/);
});

test('a session too many is refused with 429, Retry-After and the setting that says so, until one has ended', async () => {
  const agent = await signedInAgent(gateway.origin, '/mcp', 'aidan');
  const client = new RawClient(`${gateway.origin}/mcp`, agent.accessToken);
  const sessions = [await client.initialize(), await client.initialize(), await client.initialize()];
  const refused = await fetch(`${gateway.origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${agent.accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    }),
  });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  expect(await refused.text()).toContain('MAX_SESSIONS_PER_USER');
  await sessions[0]?.delete();
  await client.initialize();
});
