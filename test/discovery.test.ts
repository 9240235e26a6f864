import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { publish } from './support/catalog.ts';
import { authorizationUrl, Browser, redeem, registered } from './support/oauth.ts';
import { RawClient } from './support/raw-client.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { uploadOf } from './support/uploads.ts';

const NAMES = ['search_tools', 'describe_tool', 'call_tool'];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  await publish(gateway, uploadOf('shops', ['many.js']));
});

afterAll(() => gateway.stop());

interface Found {
  readonly tools: readonly { name: string; server: string; description: string; annotations?: object }[];
  readonly total: number;
}

describe.each([SDK_1, SDK_2])('$name at an endpoint of more than 300 tools', line => {
  let client: TestClient;

  beforeAll(async () => {
    client = await signIn(line, new URL(`${gateway.origin}/mcp`), 'ada');
  });

  const through = (name: string, args: object = {}, options = {}) =>
    client.call('call_tool', { name, arguments: args }, options);
  const found = async (args: object) =>
    (await client.call('search_tools', { ...args })).structuredContent as Found;

  test('is shown three tools, and told of the others', async () => {
    const { tools, nextCursor } = await client.sdk.listTools();
    expect([tools.map(({ name }) => name), nextCursor]).toEqual([NAMES, undefined]);
    expect(client.sdk.getInstructions()).toMatch(/^There are more tools than are listed\. .*shops \(305\)/);
    expect(client.sdk.getInstructions()).toContain('Runs shops.');
  });

  test('finds a tool by words, reads its definition, and calls it both ways', async () => {
    const { tools } = await found({ query: 'delete refund', server: 'shops', readOnly: false });
    const name = tools[0]?.name ?? '';
    expect(name).toMatch(/^shops_delete_refund_/);
    const { structuredContent } = await client.call('describe_tool', { name });
    expect(structuredContent).toMatchObject({ tool: { name, inputSchema: { type: 'object' } } });
    const answer = [{ type: 'text', text: 'delete refund' }];
    expect((await client.call(name)).content).toEqual(answer);
    expect((await through(name)).content).toEqual(answer);
  });

  test('finds tools of other servers beside them', async () => {
    const { tools } = await found({ query: 'remember a note' });
    expect(tools[0]).toMatchObject({ name: 'memory_remember', server: 'memory' });
  });

  test('is asked what a tool asks that is called through another, and its state comes back', async () => {
    client.person.fillIn = () => ({ action: 'accept', content: { name: 'Ada' } });
    for (const call of [() => through('shops_greet'), () => client.call('shops_greet')]) {
      expect((await call()).content).toEqual([{ type: 'text', text: 'Hello Ada, after round one' }]);
    }
  });

  test('hears of its progress', async () => {
    const steps: number[] = [];
    const onProgress = ({ progress }: { progress: number }) => void steps.push(progress);
    expect((await through('shops_count', {}, { onProgress })).content).toEqual([
      { type: 'text', text: 'counted' },
    ]);
    expect(steps).toEqual([1, 2]);
  });

  test('cancels it', async () => {
    const count = async () => Number(((await through('shops_aborted')).content[0] as { text: string }).text);
    const before = await count();
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('enough'));
    await expect(through('shops_wait', {}, { signal: controller.signal, onProgress })).rejects.toThrow();
    await vi.waitFor(async () => expect(await count()).toBe(before + 1), { timeout: 10_000 });
  });

  test('gives arguments that a tool takes from headers', async () => {
    expect((await through('shops_regional', { region: 'Österreich' })).content).toEqual([
      { type: 'text', text: 'Österreich' },
    ]);
  });

  test('is told what is near a name that is not there', async () => {
    for (const name of ['call_tool', 'describe_tool']) {
      expect(await client.call(name, { name: 'shops_gret' })).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('shops_greet') }],
      });
    }
  });
});

test('the endpoint of a server with few tools lists them as they are', async () => {
  const client = await signIn(SDK_2, new URL(`${gateway.origin}/mcp/memory`), 'ada');
  const { tools } = await client.sdk.listTools();
  expect(tools.map(({ name }) => name)).toContain('remember');
});

/** A client of `/mcp` with a token of just these scopes. */
async function withScopes(scope: string): Promise<RawClient> {
  const client = await registered(gateway.origin);
  const browser = new Browser(gateway.origin);
  const resource = `${gateway.origin}/mcp`;
  const url = authorizationUrl(gateway.origin, client, { scope, resource });
  await browser.signIn(url, 'ada');
  const answer = await redeem(gateway.origin, client, await browser.approve(url));
  const { access_token } = (await answer.json()) as { access_token: string };
  return new RawClient(resource, access_token);
}

test.each(['2026-07-28', '2025-11-25'])(
  'the scope that counts is that of the tool that is called (%s)',
  async era => {
    const raw = await withScopes('mcp shops:read');
    const session = era === '2026-07-28' ? null : await raw.initialize();
    const statusOf = async (name: string, args: object) => {
      const params = { name, arguments: args };
      const response = await (session
        ? session.request(crypto.randomUUID(), 'tools/call', params)
        : raw.modern('tools/call', params));
      await response.body?.cancel();
      return [response.status, /scope="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]];
    };
    expect(await statusOf('search_tools', { query: 'refund' })).toEqual([200, undefined]);
    expect(await statusOf('call_tool', { name: 'shops_read_refund_0' })).toEqual([200, undefined]);
    const refused = [403, 'mcp shops:read shops:write'];
    expect(await statusOf('shops_delete_refund_0', {})).toEqual(refused);
    expect(await statusOf('call_tool', { name: 'shops_delete_refund_0' })).toEqual(refused);
  },
);
