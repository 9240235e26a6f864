import { beforeAll, describe, expect, inject, test } from 'vitest';
import { FormBrowser } from '../src/cli/form-browser.ts';
import {
  authorizationUrl,
  CHALLENGE,
  postForm,
  REDIRECT_URI,
  type RegisteredClient,
  redeem,
  register,
  registered,
  type Tokens,
  VERIFIER,
} from './support/oauth.ts';
import { RawClient } from './support/raw-client.ts';
import { statusOf, wireClient } from './support/wire.ts';

const METADATA = '/.well-known/oauth-protected-resource';

let origin: string;
let publicClient: RegisteredClient;
let confidential: RegisteredClient;

beforeAll(async () => {
  origin = inject('origin');
  publicClient = await registered(origin);
  confidential = await registered(origin, { token_endpoint_auth_method: 'client_secret_basic' });
});

const json = async (path: string) => (await fetch(`${origin}${path}`)).json();

/** Carries a person through an authorization request, to what comes back to the client. */
async function callbackOf(url: URL, decision: 'approve' | 'deny' = 'approve'): Promise<URLSearchParams> {
  const back = await new FormBrowser().authorize(url, 'ada', { decision, access: 'asked' });
  expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
  return back.searchParams;
}

async function tokensOf(client: RegisteredClient): Promise<Tokens> {
  const callback = await callbackOf(authorizationUrl(origin, client, { scope: 'mcp offline_access' }));
  return (await (await redeem(origin, client, callback.get('code') ?? '')).json()) as Tokens;
}

const statusWith = (token: string, path = '/mcp/memory') =>
  statusOf(new RawClient(`${origin}${path}`, token).modern('tools/list'));

describe('RFC 9728, protected resource metadata', () => {
  const ALL = ['mcp', 'everything:read', 'memory:read'];
  test.each([
    ['/mcp', `${METADATA}/mcp`, ALL],
    ['/mcp/memory', `${METADATA}/mcp/memory`, ['mcp', 'memory:read']],
    ['/mcp/everything', `${METADATA}/mcp/everything`, ['mcp', 'everything:read']],
    ['/mcp', METADATA, ALL],
  ])('%s is described at %s, with the scopes to begin with', async (path, address, scopes) => {
    expect(await json(address)).toMatchObject({
      resource: `${origin}${path}`,
      authorization_servers: [origin],
      scopes_supported: scopes,
      bearer_methods_supported: ['header'],
    });
  });

  test.each([
    ['/mcp', 'mcp everything:read memory:read'],
    ['/mcp/memory', 'mcp memory:read'],
  ])('a request to %s without a token is told where to look and what to ask for', async (path, scope) => {
    const responses = await Promise.all(
      ['POST', 'GET', 'DELETE'].map(method => fetch(origin + path, { method })),
    );
    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401]);
    for (const { headers } of responses) {
      const challenge = headers.get('www-authenticate');
      expect(challenge).toMatch(/^Bearer /);
      expect(challenge).toContain(`resource_metadata="${origin}${METADATA}${path}"`);
      expect(challenge).toContain(`scope="${scope}"`);
    }
  });

  test('a server that is not there is 404, with a token or without', async () => {
    const { token } = await wireClient(origin, '/mcp');
    for (const path of ['/mcp/nope', '/mcp/__proto__', '/mcp/MEMORY', `${METADATA}/mcp/nope`]) {
      expect([path, await statusWith(token, path)]).toEqual([path, 404]);
      expect(await statusOf(fetch(`${origin}${path}`, { method: 'POST' }))).toBe(404);
    }
  });
});

describe('RFC 6750, bearer tokens', () => {
  test('one that is none is 401 and says so', async () => {
    const garbage = ['garbage', 'a:b:c', 'default.ada:x:y', '.', 'x'.repeat(8000), 'null'];
    for (const token of garbage) {
      const response = await new RawClient(`${origin}/mcp`, token).modern('tools/list');
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
      await response.body?.cancel();
    }
  });

  test('one for another endpoint is 401', async () => {
    const [all, memory] = [await wireClient(origin, '/mcp'), await wireClient(origin, '/mcp/memory')];
    expect(await statusWith(memory.token)).toBe(200);
    expect(await statusWith(memory.token, '/mcp')).toBe(401);
    expect(await statusWith(memory.token, '/mcp/everything')).toBe(401);
    expect(await statusWith(all.token)).toBe(401);
  });

  test('one that comes in the address or another scheme is not looked at', async () => {
    const { token } = await wireClient(origin, '/mcp/memory');
    const path = `${origin}/mcp/memory`;
    const none = [
      fetch(`${path}?access_token=${encodeURIComponent(token)}`, { method: 'POST' }),
      fetch(path, { method: 'POST', headers: { authorization: `Basic ${token}` } }),
      fetch(path, { method: 'POST', headers: { authorization: token } }),
      fetch(path, { method: 'POST', headers: { cookie: `token=${token}` } }),
    ];
    expect(await Promise.all(none.map(statusOf))).toEqual([401, 401, 401, 401]);
  });

  test('a refresh token or a code opens nothing', async () => {
    const callback = await callbackOf(authorizationUrl(origin, publicClient));
    const { refresh_token } = await tokensOf(publicClient);
    expect(await statusWith(callback.get('code') ?? '')).toBe(401);
    expect(await statusWith(refresh_token)).toBe(401);
  });
});

describe('RFC 8414, authorization server metadata', () => {
  test('says what the server does', async () => {
    const metadata = await json('/.well-known/oauth-authorization-server');
    expect(metadata).toMatchObject({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/oauth/token`,
      registration_endpoint: `${origin}/oauth/register`,
      revocation_endpoint: `${origin}/oauth/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    });
  });
});

describe('RFC 7636, PKCE', () => {
  const without: [string, Record<string, string | undefined>][] = [
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['a challenge without a method', { code_challenge_method: undefined }],
    ['the method plain', { code_challenge: VERIFIER, code_challenge_method: 'plain' }],
    ['a method that is none', { code_challenge_method: 's256' }],
    ['an empty challenge', { code_challenge: '' }],
    ['a challenge that is too short', { code_challenge: 'x' }],
    ['a challenge that is too long', { code_challenge: `${CHALLENGE}x` }],
    ['a challenge that is no base64url', { code_challenge: '!'.repeat(43) }],
  ];

  test.each(without)('%s is refused, whatever the kind of client', async (_what, changes) => {
    for (const client of [publicClient, confidential]) {
      const url = authorizationUrl(origin, client, changes);
      const response = await fetch(url, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
      expect(await response.text()).toContain('PKCE');
    }
  });

  test.each([
    ['no verifier', undefined],
    ['another verifier', 'x'.repeat(43)],
    ['the challenge', CHALLENGE],
  ])('a code is not redeemed with %s, whatever the kind of client', async (_what, code_verifier) => {
    for (const client of [publicClient, confidential]) {
      const callback = await callbackOf(authorizationUrl(origin, client));
      const response = await redeem(origin, client, callback.get('code') ?? '', { code_verifier });
      expect(response.status).toBe(400);
      expect(await response.json()).not.toHaveProperty('access_token');
    }
  });

  test("a code is for its own client, and is worth nothing to another's", async () => {
    const callback = await callbackOf(authorizationUrl(origin, publicClient));
    const thief = await registered(origin);
    const response = await redeem(origin, thief, callback.get('code') ?? '');
    expect(response.status).toBe(400);
    expect(await response.json()).not.toHaveProperty('access_token');
  });
});

describe('RFC 7591, registration', () => {
  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://evil.example/callback',
    'https://app.example/#fragment',
    'https://user:pass@app.example/',
    'not a URI',
    '',
  ])('a redirect URI that nobody should be sent to is refused (%s)', async uri => {
    expect(await statusOf(register(origin, { redirect_uris: [uri] }))).toBe(400);
  });
});

describe('RFC 7009 and RFC 6749: the life of tokens', () => {
  const refresh = ({ refresh_token }: Tokens, { client_id } = publicClient) =>
    postForm(`${origin}/oauth/token`, { grant_type: 'refresh_token', refresh_token, client_id });
  const revoke = (token: string, { client_id } = publicClient) =>
    postForm(`${origin}/oauth/revoke`, { token, client_id });

  test('a refresh token brings a new access token for the same endpoint', async () => {
    const first = await tokensOf(publicClient);
    const second = (await (await refresh(first)).json()) as Tokens;
    expect(second.access_token).not.toBe(first.access_token);
    expect(await statusWith(second.access_token)).toBe(200);
    expect(await statusWith(second.access_token, '/mcp')).toBe(401);
  });

  test('a revoked access token is worth nothing', async () => {
    const { access_token } = await tokensOf(publicClient);
    expect(await statusWith(access_token)).toBe(200);
    expect(await statusOf(revoke(access_token))).toBe(200);
    expect(await statusWith(access_token)).toBe(401);
  });

  test('a revoked refresh token takes its grant along', async () => {
    const tokens = await tokensOf(publicClient);
    expect(await statusOf(revoke(tokens.refresh_token))).toBe(200);
    expect(await statusOf(refresh(tokens))).toBe(400);
    expect(await statusWith(tokens.access_token)).toBe(401);
  });

  test("another client's token cannot be revoked or refreshed", async () => {
    const [tokens, other] = [await tokensOf(publicClient), await registered(origin)];
    await statusOf(revoke(tokens.access_token, other));
    await statusOf(revoke(tokens.refresh_token, other));
    expect(await statusOf(refresh(tokens, other))).toBeGreaterThanOrEqual(400);
    expect(await statusWith(tokens.access_token)).toBe(200);
  });

  test('a token that is none can be revoked without harm, a request without one cannot', async () => {
    expect(await statusOf(revoke('garbage'))).toBe(200);
    expect(await statusOf(postForm(`${origin}/oauth/revoke`, { client_id: publicClient.client_id }))).toBe(
      400,
    );
    const grant = { grant_type: 'authorization_code', token: 'x', client_id: publicClient.client_id };
    expect(await statusOf(postForm(`${origin}/oauth/revoke`, grant))).toBe(400);
  });
});
