import { beforeAll, describe, expect, inject, test } from 'vitest';
import { authorizationUrl, Browser, type RegisteredClient, redeem, registered } from './support/oauth.ts';
import { RawClient } from './support/raw-client.ts';
import { resultOf, statusOf } from './support/wire.ts';

const origin = inject('origin');
const REMEMBER = { name: 'remember', arguments: { text: 'Scoped.' } };

let client: RegisteredClient;

beforeAll(async () => {
  client = await registered(origin);
});

/** A client of an endpoint with a token of just these scopes. */
async function withScopes(scope: string, path = '/mcp/memory'): Promise<RawClient> {
  const resource = `${origin}${path}`;
  const browser = new Browser(origin);
  const url = authorizationUrl(origin, client, { scope, resource });
  await browser.signIn(url, 'ada');
  const answer = await redeem(origin, client, await browser.approve(url));
  const { access_token } = (await answer.json()) as { access_token: string };
  return new RawClient(resource, access_token);
}

/** How a request was refused for want of scopes: the status, and what the challenge says. */
async function challengeOf(asked: Promise<Response>) {
  const response = await asked;
  const header = response.headers.get('www-authenticate') ?? '';
  const parameter = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1];
  const { error } = (await response.json()) as { error: { data: { code: string } } };
  return {
    status: response.status,
    error: parameter('error'),
    scope: parameter('scope'),
    metadata: parameter('resource_metadata'),
    code: error.data.code,
  };
}

/** The calls of both eras, as clients of an endpoint make them. */
const ERAS = [
  [
    '2026-07-28',
    async (at: RawClient) => (method: string, params: object) => at.modern(method, { ...params }),
  ],
  [
    '2025-11-25',
    async (at: RawClient) => {
      const session = await at.initialize();
      return (method: string, params: object) => session.request(crypto.randomUUID(), method, params);
    },
  ],
] as const;

describe.each(ERAS)('in %s', (_era, callerAt) => {
  test('a call that lacks scopes is answered 403 and names all of them at once (RFC 6750 section 3.1)', async () => {
    const call = await callerAt(await withScopes('mcp memory:read'));
    expect(await challengeOf(call('tools/call', REMEMBER))).toEqual({
      status: 403,
      error: 'insufficient_scope',
      scope: 'mcp memory:read memory:write',
      metadata: `${origin}/.well-known/oauth-protected-resource/mcp/memory`,
      code: 'scope_insufficient',
    });
  });

  test.each([
    ['a tool that only reads', 'tools/call', { name: 'list', arguments: {} }],
    ['a prompt', 'prompts/get', { name: 'summarise' }],
    ['a resource', 'resources/read', { uri: 'note://none' }],
  ])('%s needs the scope to read', async (_what, method, params) => {
    const call = await callerAt(await withScopes('mcp'));
    const { status, scope } = await challengeOf(call(method, params));
    expect([status, scope]).toEqual([403, 'mcp memory:read']);
  });

  test('the scope to write is good for reading too', async () => {
    const call = await callerAt(await withScopes('mcp memory:write'));
    expect(await statusOf(call('tools/call', REMEMBER))).toBe(200);
    expect(await statusOf(call('tools/call', { name: 'list', arguments: {} }))).toBe(200);
  });

  test('what there is can be listed without more, except for what is the own of the user', async () => {
    const full = await callerAt(await withScopes('mcp memory:write'));
    await resultOf(full('tools/call', REMEMBER));
    expect((await resultOf(full('resources/list', {}))).resources).not.toEqual([]);
    const call = await callerAt(await withScopes('mcp'));
    const { tools } = (await resultOf(call('tools/list', {}))) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain('remember');
    expect((await resultOf(call('resources/list', {}))).resources).toEqual([]);
  });

  test('at the endpoint of all servers the scopes of one are no good for another', async () => {
    const call = await callerAt(await withScopes('mcp everything:write', '/mcp'));
    const { status, scope } = await challengeOf(call('tools/call', { ...REMEMBER, name: 'memory_remember' }));
    expect([status, scope?.split(' ').toSorted()]).toEqual([
      403,
      ['everything:read', 'everything:write', 'mcp', 'memory:write'],
    ]);
    expect(await statusOf(call('tools/call', { name: 'everything_test_simple_text', arguments: {} }))).toBe(
      200,
    );
  });
});

test('in a session of 2025 following a resource needs the scope to read it', async () => {
  const session = await (await withScopes('mcp')).initialize();
  const { status, scope } = await challengeOf(
    session.request(1, 'resources/subscribe', { uri: 'note://none' }),
  );
  expect([status, scope]).toEqual([403, 'mcp memory:read']);
});

test('a refresh may ask for less, and never gets more (RFC 6749 section 6)', async () => {
  const browser = new Browser(origin);
  const url = authorizationUrl(origin, client, { scope: 'mcp memory:read' });
  await browser.signIn(url, 'ada');
  const first = await redeem(origin, client, await browser.approve(url));
  const { refresh_token } = (await first.json()) as { refresh_token: string };
  const answer = await redeem(origin, client, '', {
    grant_type: 'refresh_token',
    code: undefined,
    refresh_token,
    scope: 'mcp memory:write',
  });
  expect(((await answer.json()) as { scope: string }).scope).toBe('mcp');
});
