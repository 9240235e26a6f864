import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type DocumentOf, serverDocumentSchema } from '../catalog/server-document.ts';
import type { RemoteAuthorization, ServerVersion } from '../catalog/server-version.ts';
import { fakeEnv } from '../env.fake.ts';
import { refusal } from '../errors.fake.ts';
import { ADA } from '../principal.fake.ts';
import type { Publisher } from './publisher.ts';
import { type AuthorizationHouse, startAuthorizationHouse } from './remote/authorization-house.fake.ts';
import { prepareRemote } from './remote.ts';

const GATEWAY = 'http://127.0.0.1:8787';
const PUBLIC_GATEWAY = 'https://mcp.acme.example';

let house: AuthorizationHouse;
let earlier: ServerVersion | null;

beforeEach(async () => {
  earlier = null;
  house = await startAuthorizationHouse();
  onTestFinished(() => house[Symbol.asyncDispose]());
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { origin } = house;
  house.told = {
    '/mcp': () => ({
      status: 401,
      headers: { 'www-authenticate': `Bearer resource_metadata="${origin}/prm"` },
    }),
    '/prm': { resource: `${origin}/mcp`, authorization_servers: [origin], scopes_supported: ['a', 'b'] },
    '/.well-known/oauth-authorization-server': metadata(origin),
    '/register': () => ({ status: 201, body: { client_id: 'registered', client_secret: 'its secret' } }),
  };
});

function metadata(issuer: string, change: object = {}) {
  return {
    issuer,
    authorization_endpoint: `${house.origin}/authorize`,
    token_endpoint: `${house.origin}/token`,
    registration_endpoint: `${house.origin}/register`,
    revocation_endpoint: `${house.origin}/revoke`,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
    authorization_response_iss_parameter_supported: true,
    ...change,
  };
}

const CONNECTIONS = JSON.stringify([
  {
    id: 'key',
    name: 'Key',
    origins: ['https://mcp.tracker.example'],
    paths: ['/v1'],
    placement: { in: 'header', name: 'X-Api-Key' },
  },
  { id: 'read', name: 'Read', origins: ['https://mcp.tracker.example'], methods: ['GET'] },
  { id: 'theirs', name: 'Theirs', origins: ['https://mcp.tracker.example'], tenants: ['other'] },
]);

function publisher(change: { origin?: string; env?: object; loopback?: string } = {}): Publisher {
  return {
    env: fakeEnv({ CONNECTIONS, ...change.env }),
    settings: { EGRESS_ALLOW_LOOPBACK: change.loopback ?? 'true' },
    origin: change.origin ?? GATEWAY,
    principal: ADA,
    store: { read: async () => earlier && { current: earlier } },
  } as unknown as Publisher;
}

function documentOf(change: object = {}): DocumentOf<'remote'> {
  const url = `${house.origin}/mcp`;
  const about = { kind: 'remote', name: 'tracker', title: 'Tracker', description: 'Issues.', url };
  return serverDocumentSchema.parse({ ...about, auth: { kind: 'oauth' }, ...change }) as DocumentOf<'remote'>;
}

async function authorized(change: object = {}, by = publisher()): Promise<RemoteAuthorization> {
  const { authorization } = await prepareRemote(documentOf(change), by);
  if (!authorization) throw new Error('no authorization');
  return authorization;
}

const registrations = () =>
  house.asked.filter(({ path }) => path === '/register').map(({ body }) => JSON.parse(body));
const invalid = (words: RegExp) => refusal('server_invalid', words);

describe('where it is', () => {
  test.each([
    ['http://mcp.tracker.example/v1', /must begin with "https:"/],
    ['https://user:pass@mcp.tracker.example/v1', /user name or password/],
    ['https://10.0.0.8/mcp', /not on the public internet/],
    ['https://metadata.internal/mcp', /not on the public internet/],
    ['https://mcp.tracker.example/v1#x', /no fragment/],
    ['https://mcp.tracker.example/v1?key=hush', /no query (?!.*hush).*CONNECTIONS/],
    ['https://mcp.tracker.example/%2e%2e%2fadmin', /more than one way/],
  ])('%s is refused', async (url, words) => {
    const document = documentOf({ url, auth: { kind: 'none' } });
    await expect(prepareRemote(document, publisher())).rejects.toThrow(invalid(words));
  });

  test('this machine is reached only where that is allowed', async () => {
    const document = documentOf({ auth: { kind: 'none' } });
    await expect(prepareRemote(document, publisher({ loopback: 'false' }))).rejects.toThrow(invalid(/https/));
    expect(await prepareRemote(document, publisher())).toEqual({ document, artifacts: {} });
  });

  test('a connection has to exist and to lead there', async () => {
    const prepared = (connection: string, url: string) =>
      prepareRemote(documentOf({ url, auth: { kind: 'connection', connection } }), publisher());
    expect(await prepared('key', 'https://mcp.tracker.example/v1/mcp')).toMatchObject({ artifacts: {} });
    for (const id of ['none', 'theirs'])
      await expect(prepared(id, 'https://mcp.tracker.example/v1')).rejects.toThrow(
        invalid(new RegExp(`no connection "${id}" in the setting CONNECTIONS. There are: "key", "read"\\.`)),
      );
    await expect(prepared('key', 'https://mcp.tracker.example/v2')).rejects.toThrow(
      invalid(/begins with: \/v1/),
    );
    await expect(prepared('key', 'https://other.example/v1')).rejects.toThrow(
      invalid(/belongs to no connection/),
    );
    await expect(prepared('read', 'https://mcp.tracker.example/v1')).rejects.toThrow(
      invalid(/needs POST, GET and DELETE/),
    );
  });
});

describe('how it is protected', () => {
  test('is what its 401 leads to', async () => {
    const { origin } = house;
    expect(await authorized()).toEqual({
      issuer: origin,
      authorizationUrl: `${origin}/authorize`,
      tokenUrl: `${origin}/token`,
      revocationUrl: `${origin}/revoke`,
      tokenAuthMethods: ['client_secret_basic'],
      namesIssuer: true,
      resource: `${origin}/mcp`,
      clientId: 'registered',
      clientSecret: 'its secret',
      redirectUri: `${GATEWAY}/connect/callback`,
      registeredUntilMs: null,
      scopes: ['a', 'b'],
    });
    expect(house.asked[0]).toMatchObject({ method: 'POST', path: '/mcp' });
  });

  test.each([
    ['of its path', '/.well-known/oauth-protected-resource/mcp'],
    ['of its origin', '/.well-known/oauth-protected-resource'],
  ])('else what is at the well-known address %s', async (_where, path) => {
    const { '/prm': prm = {}, ...others } = house.told;
    house.told = { ...others, '/mcp': () => ({ status: 401 }), [path]: prm };
    expect(await authorized()).toMatchObject({ resource: `${house.origin}/mcp` });
  });

  test('is asked for with the scopes of the challenge, else those of the document or of its metadata', async () => {
    const challenge = `Bearer resource_metadata="${house.origin}/prm", scope="c d"`;
    house.told['/mcp'] = () => ({ status: 401, headers: { 'www-authenticate': challenge } });
    expect((await authorized()).scopes).toEqual(['c', 'd']);
    expect((await authorized({ auth: { kind: 'oauth', scopes: ['mine'] } })).scopes).toEqual(['mine']);
  });

  test('includes a refresh token where that is a scope of its own', async () => {
    house.told['/.well-known/oauth-authorization-server'] = metadata(house.origin, {
      scopes_supported: ['offline_access', 'a'],
    });
    expect((await authorized()).scopes).toEqual(['offline_access', 'a', 'b']);
  });

  test.each([
    [
      'metadata of another server',
      { resource: 'https://other.example/mcp' },
      /are about "https:\/\/other.example\/mcp"/,
    ],
    ['metadata of another path', { resource: 'ORIGIN/other' }, /are about/],
    ['metadata without an authorization server', { authorization_servers: [] }, /"authorization_servers"/],
    ['an authorization server inside', { authorization_servers: ['https://10.0.0.1'] }, /may not go/],
  ])('is refused where there are %s', async (_what, change, words) => {
    const said = JSON.parse(JSON.stringify(change).replace('ORIGIN', house.origin));
    house.told['/prm'] = { ...(house.told['/prm'] as object), ...said };
    await expect(authorized()).rejects.toThrow(invalid(words));
  });

  test('metadata of all that is at its origin are its own too', async () => {
    house.told['/prm'] = { ...(house.told['/prm'] as object), resource: house.origin };
    expect((await authorized()).resource).toBe(house.origin);
  });

  test('is not known where nothing says so', async () => {
    house.told = { '/mcp': () => ({ status: 200 }) };
    await expect(authorized()).rejects.toThrow(
      invalid(/no protected resource metadata.*oauth-protected-resource\/mcp or /),
    );
  });

  test('is not looked for where it redirects, or where its metadata would be inside', async () => {
    house.told['/mcp'] = () => ({ status: 307, headers: { location: '/mcp/' } });
    await expect(authorized()).rejects.toThrow(invalid(/redirects to \/mcp\//));
    const inside = 'Bearer resource_metadata="http://169.254.169.254/latest"';
    house.told['/mcp'] = () => ({ status: 401, headers: { 'www-authenticate': inside } });
    await expect(authorized()).rejects.toThrow(
      invalid(/resource_metadata is http:\/\/169.254.169.254\/latest, where the gateway may not go/),
    );
  });

  test('is not read without end', async () => {
    house.told['/prm'] = { ...(house.told['/prm'] as object), padding: 'x'.repeat(300_000) };
    await expect(authorized()).rejects.toThrow(invalid(/at most 262144 bytes/));
  });
});

describe('its authorization server', () => {
  test.each([
    ['RFC 8414, before the path', '/.well-known/oauth-authorization-server/tenant'],
    ['OpenID Connect, before the path', '/.well-known/openid-configuration/tenant'],
    ['OpenID Connect, after the path', '/tenant/.well-known/openid-configuration'],
  ])('is found by %s', async (_how, path) => {
    const issuer = `${house.origin}/tenant`;
    const { '/.well-known/oauth-authorization-server': _, ...others } = house.told;
    const prm = { ...(house.told['/prm'] as object), authorization_servers: [issuer] };
    house.told = { ...others, '/prm': prm, [path]: metadata(issuer) };
    expect((await authorized()).issuer).toBe(issuer);
  });

  test.each([
    ['is another one', { issuer: 'https://evil.example' }, /are those of "https:\/\/evil.example"/],
    ['does not support PKCE', { code_challenge_methods_supported: ['plain'] }, /PKCE by S256/],
    ['says nothing of PKCE', { code_challenge_methods_supported: undefined }, /PKCE by S256/],
    [
      'has its token endpoint inside',
      { token_endpoint: 'https://10.0.0.1/token' },
      /Its token endpoint is .* may not go/,
    ],
    [
      'sends people to a script',
      { authorization_endpoint: 'javascript:alert(1)' },
      /Its authorization endpoint is/,
    ],
    [
      'takes no registrations',
      { registration_endpoint: undefined },
      /redirect URI http:\/\/127.0.0.1:8787\/connect\/callback, and give its id as auth.clientId/,
    ],
  ])('is refused where it %s', async (_what, change, words) => {
    house.told['/.well-known/oauth-authorization-server'] = metadata(house.origin, change);
    await expect(authorized()).rejects.toThrow(invalid(words));
  });

  test('is told who the gateway is, once, and as what', async () => {
    await authorized();
    expect(registrations()).toEqual([
      {
        client_name: 'Gatehouse',
        client_uri: GATEWAY,
        redirect_uris: [`${GATEWAY}/connect/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        application_type: 'native',
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ]);
  });

  test('may refuse, in words that can be shown', async () => {
    const body = { error: 'invalid_client_metadata', error_description: 'no \u001b[31mloopback' };
    house.told['/register'] = () => ({ status: 400, body });
    await expect(authorized()).rejects.toThrow(
      invalid(/It says: invalid_client_metadata: no \?\[31mloopback/),
    );
  });

  test('reads who the gateway is where it can, and where the gateway is public', async () => {
    const change = { client_id_metadata_document_supported: true };
    house.told['/.well-known/oauth-authorization-server'] = metadata(house.origin, change);
    expect(await authorized({}, publisher({ origin: PUBLIC_GATEWAY }))).toMatchObject({
      clientId: `${PUBLIC_GATEWAY}/connect/client-metadata.json`,
      clientSecret: null,
      tokenAuthMethods: ['none'],
    });
    expect(registrations()).toEqual([]);
    expect((await authorized()).clientId).toBe('registered');
  });

  describe('knows the gateway already where the operator says so', () => {
    const auth = { kind: 'oauth', clientId: 'by-hand', clientSecret: 'tracker' };
    const bound = () => ({ name: 'tracker', tenant: ADA.tenant, issuer: house.origin, variable: 'SECRET' });
    const by = (change: object = {}, env: object = {}) =>
      publisher({
        env: {
          GATEHOUSE_ENV: 'development',
          SECRET: 'a secret',
          REMOTE_CLIENT_SECRETS: JSON.stringify([{ ...bound(), ...change }]),
          ...env,
        },
      });
    const refusedWith = (publishing: Promise<unknown>) =>
      publishing.then(
        () => null,
        (error: Error) => error.message,
      );

    test('by a secret that is set up for its organisation, which is not kept', async () => {
      const authorization = await authorized({ auth }, by());
      expect(authorization).toMatchObject({ clientId: 'by-hand', clientSecret: null });
      expect(JSON.stringify(authorization)).not.toContain('a secret');
      expect(registrations()).toEqual([]);
    });

    test("and not by another organisation's, nor by one for another authorization server, in the same words as by none", async () => {
      const none = await refusedWith(authorized({ auth }));
      expect(none).toMatch(/no secret of this name for the authorization server http/);
      const others = [{ tenant: 'other' }, { issuer: 'https://login.other.example' }, { name: 'other' }];
      for (const change of others) expect(await refusedWith(authorized({ auth }, by(change)))).toBe(none);
    });

    test.each(['SECRET', 'REMOTE_TRACKER', 'SLACK_BOT_TOKEN'])(
      'and not by a variable of the deployment (%s), be it there or not',
      async clientSecret => {
        const publishing = (env: object) =>
          refusedWith(authorized({ auth: { ...auth, clientSecret } }, by({}, env)));
        const there = await publishing({ [clientSecret]: 'a secret' });
        expect(there).toMatch(/no secret of this name/);
        expect(await publishing({})).toBe(there);
      },
    );

    test('and not by a secret without an id', async () => {
      const alone = { kind: 'oauth', clientSecret: 'tracker' };
      await expect(authorized({ auth: alone }, by())).rejects.toThrow(invalid(/without auth.clientId/));
    });
  });
});

describe('a registration', () => {
  const saved = async (change: object = {}) => {
    const document = documentOf(change);
    earlier = { ...(await prepareRemote(document, publisher())), author: 'ada', reason: '' };
  };

  test('is kept by the next version', async () => {
    await saved();
    house.told['/register'] = () => ({ status: 201, body: { client_id: 'another' } });
    expect((await authorized({ title: 'New title' })).clientId).toBe('registered');
    expect(registrations()).toHaveLength(1);
  });

  test.each([
    ['another gateway address', () => {}, 'http://127.0.0.1:9999'],
    [
      'another resource',
      () => (house.told['/prm'] = { ...(house.told['/prm'] as object), resource: house.origin }),
      GATEWAY,
    ],
  ])('is made anew for %s', async (_what, change, origin) => {
    await saved();
    change();
    await authorized({}, publisher({ origin }));
    expect(registrations()).toHaveLength(2);
  });

  test('is made anew once it has ended', async () => {
    const endsAt = Math.floor(Date.now() / 1000) - 1;
    house.told['/register'] = () => ({
      status: 201,
      body: { client_id: 'short', client_secret: 'its secret', client_secret_expires_at: endsAt },
    });
    await saved();
    await authorized();
    expect(registrations()).toHaveLength(2);
  });

  test('is not what an operator gave before', async () => {
    await saved({ auth: { kind: 'oauth', clientId: 'by-hand' } });
    expect((await authorized()).clientId).toBe('registered');
  });
});
