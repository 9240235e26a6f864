import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { type ClientLine, signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const TOKEN = `ghp_${'aB3dE5'.repeat(6)}`;
const MASK = '[secret: github-token]';

const POLICY = {
  rules: [
    { id: 'all', effect: 'allow' },
    { id: 'mask-results', effect: 'guard', on: ['result'], find: 'secrets', action: 'mask' },
    {
      id: 'mask-notes',
      effect: 'guard',
      what: { servers: ['memory'] },
      on: ['arguments'],
      find: 'secrets',
      action: 'mask',
    },
    {
      id: 'no-cards',
      effect: 'guard',
      what: { tools: ['echo'] },
      when: 'args.message.contains("pay") && now > timestamp("2026-01-01T00:00:00Z")',
      on: ['arguments'],
      find: 'personal-data',
      action: 'deny',
    },
    {
      id: 'short-answers',
      effect: 'guard',
      what: { tools: ['echo'] },
      on: ['result'],
      find: { maxBytes: 5000 },
      action: 'deny',
    },
  ],
};

let gateway: TestGateway;
let administrator: ApiClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  administrator = await ApiClient.signIn(gateway.origin, 'ada');
  const path = '/api/v1/admin/policy?basedOn=0&reason=test';
  expect(await administrator.call('PUT', path, POLICY)).toMatchObject({ status: 200 });
});

afterAll(() => gateway.stop());

const LINES: readonly (readonly [ClientLine, string])[] = [
  [SDK_1, 'bob'],
  [SDK_2, 'eve'],
];

describe.each(LINES)('$name', (line, user) => {
  let client: TestClient;

  beforeAll(async () => {
    client = await signIn(line, new URL('/mcp', gateway.origin), user);
    return () => client.sdk.close();
  });

  test('secrets in results are masked', async () => {
    const { content, isError } = await client.call('everything_echo', { message: `is ${TOKEN}` });
    expect([content, isError ?? false]).toEqual([[{ type: 'text', text: `is ${MASK}` }], false]);
  });

  test('secrets in prompts are masked', async () => {
    const { messages } = await client.sdk.getPrompt({
      name: 'everything_test_prompt_with_arguments',
      arguments: { arg1: TOKEN, arg2: 'b' },
    });
    expect(JSON.stringify(messages)).toContain(MASK);
    expect(JSON.stringify(messages)).not.toContain(TOKEN);
  });

  test('a server gets masked arguments, and structured content is masked as text is', async () => {
    const stored = await client.call('memory_remember', { text: `note ${TOKEN}` });
    const all = JSON.stringify([stored, await client.call('memory_recall', { query: 'note' })]);
    expect(all).toContain(MASK);
    expect(all).not.toContain(TOKEN);
    expect(JSON.stringify(stored.structuredContent)).toContain(MASK);
  });

  test('what a guard refuses is not sent, and the refusal does not hold it', async () => {
    const answer = await client.call('everything_echo', { message: 'pay by 4111 1111 1111 1111' });
    expect(answer).toMatchObject({
      isError: true,
      _meta: {
        'gatehouse/refusal': { code: 'content_refused', rule: 'no-cards', outcome: 'not-sent' },
      },
    });
    expect(JSON.stringify(answer)).not.toContain('4111');
  });

  test('a refused result says that the call was carried out', async () => {
    const answer = await client.call('everything_echo', { message: 'a'.repeat(6000) });
    expect(answer).toMatchObject({
      isError: true,
      _meta: { 'gatehouse/refusal': { rule: 'short-answers', outcome: 'carried-out' } },
    });
  });
});

test('what was found is on the audit trail, and the secret itself is not', async () => {
  await vi.waitFor(
    async () => {
      const { body } = await administrator.get('/api/v1/admin/audit/events?limit=100');
      const events = JSON.stringify(body);
      expect(events).toContain('mask-results:github-token');
      expect(events).toContain('no-cards:card-number');
      expect(events).not.toContain(TOKEN);
    },
    { timeout: 20_000, interval: 200 },
  );
});
