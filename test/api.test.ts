import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type ApiAnswer, ApiClient } from './support/api-client.ts';
import { Device } from './support/device.ts';
import { registered } from './support/oauth.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const PEOPLE = { member: 'bob', auditor: 'aidan', operator: 'olivia', administrator: 'ada' } as const;
type Role = keyof typeof PEOPLE;

const ALL: readonly Role[] = ['member', 'auditor', 'operator', 'administrator'];
const LISTING: readonly Role[] = ['auditor', 'operator', 'administrator'];
const ENDING: readonly Role[] = ['operator', 'administrator'];
const RULING: readonly Role[] = ['administrator'];
const AUDITING: readonly Role[] = ['auditor', 'administrator'];

/** Every route there is, with who may call it. The description must list exactly these. */
const RULES: readonly (readonly [method: string, path: string, scope: string, roles: readonly Role[]])[] = [
  ['GET', '/api/v1/me', 'account', ALL],
  ['GET', '/api/v1/connections', 'account', ALL],
  ['DELETE', '/api/v1/connections/{id}', 'account', ALL],
  ['GET', '/api/v1/credentials', 'account', ALL],
  ['DELETE', '/api/v1/credentials/{connection}', 'account', ALL],
  ['DELETE', '/api/v1/sessions/{id}', 'account', ALL],
  ['DELETE', '/api/v1/clients/{id}', 'account', ALL],
  ['GET', '/api/v1/approvals', 'account', ALL],
  ['GET', '/api/v1/approvals/{id}', 'account', ALL],
  ['DELETE', '/api/v1/approvals/{id}', 'account', ALL],
  ['PUT', '/api/v1/approvals/{id}/decision', 'account', ALL],
  ['GET', '/api/v1/admin/users', 'admin', LISTING],
  ['GET', '/api/v1/admin/users/{subject}/connections', 'admin', LISTING],
  ['POST', '/api/v1/admin/users/{subject}/end', 'admin', ENDING],
  ['PUT', '/api/v1/admin/users/{subject}/suspension', 'admin', RULING],
  ['DELETE', '/api/v1/admin/users/{subject}/suspension', 'admin', RULING],
  ['GET', '/api/v1/admin/clients', 'admin', LISTING],
  ['DELETE', '/api/v1/admin/clients/{id}', 'admin', RULING],
  ['PUT', '/api/v1/admin/clients/{id}/block', 'admin', RULING],
  ['DELETE', '/api/v1/admin/clients/{id}/block', 'admin', RULING],
  ['GET', '/api/v1/admin/sessions', 'admin', LISTING],
  ['GET', '/api/v1/admin/users/{subject}/credentials', 'admin', LISTING],
  ['POST', '/api/v1/admin/keys/vault/rotation', 'admin', RULING],
  ['GET', '/api/v1/admin/metrics', 'admin', LISTING],
  ['GET', '/api/v1/admin/audit/events', 'admin', AUDITING],
  ['GET', '/api/v1/admin/audit/export', 'admin', AUDITING],
  ['POST', '/api/v1/admin/audit/verification', 'admin', AUDITING],
  ['GET', '/api/v1/admin/servers', 'admin', LISTING],
  ['POST', '/api/v1/admin/servers', 'admin', ENDING],
  ['GET', '/api/v1/admin/servers/{name}', 'admin', LISTING],
  ['PUT', '/api/v1/admin/servers/{name}', 'admin', ENDING],
  ['DELETE', '/api/v1/admin/servers/{name}', 'admin', ENDING],
  ['POST', '/api/v1/admin/servers/{name}/disable', 'admin', ENDING],
  ['POST', '/api/v1/admin/servers/{name}/enable', 'admin', ENDING],
  ['GET', '/api/v1/admin/servers/{name}/versions', 'admin', LISTING],
  ['POST', '/api/v1/admin/servers/{name}/rollback', 'admin', ENDING],
  ['GET', '/api/v1/admin/servers/{name}/definitions', 'admin', LISTING],
  ['GET', '/api/v1/admin/catalog', 'admin', LISTING],
  ['POST', '/api/v1/admin/catalog/import', 'admin', ENDING],
  ['POST', '/api/v1/admin/catalog/server-json', 'admin', ENDING],
  ['GET', '/api/v1/admin/pins', 'admin', LISTING],
  ['PUT', '/api/v1/admin/pins/{id}/approval', 'admin', ENDING],
  ['PUT', '/api/v1/admin/pins/{id}/refusal', 'admin', ENDING],
  ['GET', '/api/v1/approvals', 'account', ALL],
  ['GET', '/api/v1/approvals/{id}', 'account', ALL],
  ['PUT', '/api/v1/approvals/{id}/decision', 'account', ALL],
  ['DELETE', '/api/v1/approvals/{id}', 'account', ALL],
  ['GET', '/api/v1/admin/policy', 'admin', LISTING],
  ['PUT', '/api/v1/admin/policy', 'admin', RULING],
  ['GET', '/api/v1/admin/policy/versions', 'admin', LISTING],
  ['GET', '/api/v1/admin/policy/versions/{version}', 'admin', LISTING],
  ['POST', '/api/v1/admin/policy/rollback', 'admin', RULING],
  ['POST', '/api/v1/admin/policy/check', 'admin', LISTING],
  ['POST', '/api/v1/admin/policy/simulation', 'admin', LISTING],
  ['POST', '/api/v1/admin/policy/replay', 'admin', AUDITING],
  ['POST', '/api/v1/admin/kill', 'admin', ENDING],
];

let gateway: TestGateway;
let origin: string;
let clients: Record<Role, ApiClient>;

beforeAll(async () => {
  gateway = await startTestGateway();
  origin = gateway.origin;
  const entries = ALL.map(async role => [role, await ApiClient.signIn(origin, PEOPLE[role])] as const);
  clients = Object.fromEntries(await Promise.all(entries)) as Record<Role, ApiClient>;
});

afterAll(() => gateway.stop());

describe('who may call what is as written above, for every request that the description allows', () => {
  const TRICKS = { role: 'administrator', roles: ['administrator'], tenant: 'other', subject: 'ada' };

  /** Every operation, at a path that names nobody and nothing, so that whoever may call it changes nothing. */
  const requests = async () =>
    Object.entries(await describedOperations(origin)).map(([operation, { security }]) => {
      const [method = '', path = ''] = operation.split(' ');
      return {
        operation,
        method,
        path: path.replace(/\{\w+\}/, 'nobody'),
        scope: security[0]?.oauth[0] ?? '',
      };
    });

  /** Whoever is let in may be told that a body or a query is missing, or that there is no such thing. */
  const outcomeOf = ({ status, body }: ApiAnswer) => {
    if (status === 403 || status === 401 || body?.code === 'route_unknown') return body?.code ?? status;
    return status < 500 ? 'let in' : `${status} ${body?.code}`;
  };

  const expected = (role: Role) =>
    Object.fromEntries(
      RULES.map(([method, path, , roles]) => [
        `${method} ${path}`,
        roles.includes(role) ? 'let in' : 'role_missing',
      ]),
    );

  test.each(ALL)('as %s, be it that a body claims another role and tenant', async role => {
    const outcomes: Record<string, string> = {};
    for (const { operation, method, path } of await requests()) {
      outcomes[operation] = outcomeOf(await clients[role].call(method, path));
      if (method === 'GET') continue;
      const tricked = outcomeOf(await clients[role].call(method, path, TRICKS));
      if (tricked !== outcomes[operation]) outcomes[operation] = `${tricked} by a body`;
    }
    expect(outcomes).toEqual(expected(role));
  });

  test('as nobody', async () => {
    for (const { operation, method, path } of await requests()) {
      const { status, headers } = await new ApiClient(origin, null).call(method, path);
      expect([operation, status]).toEqual([operation, 401]);
      expect(headers.get('www-authenticate')).toContain('/.well-known/oauth-protected-resource/api"');
    }
  });

  test('without its scope', async () => {
    const limited = await ApiClient.signIn(origin, 'ada', 'account');
    for (const { operation, method, path, scope } of await requests()) {
      if (scope === 'account') continue;
      const { status, headers, body } = await limited.call(method, path);
      expect([operation, status, body.code]).toEqual([operation, 403, 'insufficient_scope']);
      expect(headers.get('www-authenticate')).toMatch(
        /^Bearer .*error="insufficient_scope", scope="account admin"/,
      );
    }
  });
});

describe('nothing but the token says who asks', () => {
  const tricks = { role: 'administrator', roles: ['administrator'], tenant: 'other', subject: 'ada' };

  test.each(['bob', 'aidan'])('%s does not rise by a body, a query or headers', async user => {
    const client = await ApiClient.signIn(origin, user);
    const query = new URLSearchParams({ role: 'administrator', tenant: 'other' });
    const headers = { 'x-role': 'administrator', 'gatehouse-hop': 'x', 'x-tenant': 'other' };
    const path = '/api/v1/admin/clients/some-client/block';
    expect((await client.call('PUT', path, tricks)).status).toBe(403);
    expect((await client.call('PUT', `${path}?${query}`, undefined, headers)).status).toBe(403);
    expect((await client.get(`/api/v1/me?${query}`)).status).toBe(400);
    expect((await client.get('/api/v1/me')).body.roles).not.toContain('administrator');
  });

  test('members of a body and of a query that mean nothing are refused, and nothing is done', async () => {
    const path = '/api/v1/admin/clients/never-blocked/block';
    for (const [body, query] of [
      [tricks, ''],
      ['not json', ''],
      [[], ''],
      ['null', ''],
      [undefined, '?tenant=other'],
    ] as const) {
      expect((await clients.administrator.call('PUT', `${path}${query}`, body)).status).toBe(400);
    }
    const { body } = await clients.administrator.get('/api/v1/admin/clients');
    expect(JSON.stringify(body)).not.toContain('never-blocked');
  });

  test('an empty object is as good as no body, and a body over the limit is refused', async () => {
    const path = '/api/v1/admin/users/nobody/end';
    expect((await clients.administrator.call('POST', path, {})).status).toBe(404);
    const large = JSON.stringify({ x: 'x'.repeat(1024 * 1024) });
    expect((await clients.administrator.call('POST', path, large)).status).toBe(413);
  });
});

describe('RFC 8707: the API is a resource of its own', () => {
  test('its metadata names it and the scope that comes first (RFC 9728)', async () => {
    const metadata = await (await fetch(`${origin}/.well-known/oauth-protected-resource/api`)).json();
    expect(metadata).toMatchObject({
      resource: `${origin}/api`,
      authorization_servers: [origin],
      scopes_supported: ['account'],
    });
  });

  test('tokens of an MCP endpoint are no good here, and the other way round', async () => {
    const device = await Device.signIn(origin, await registered(origin));
    expect((await new ApiClient(origin, device.tokens.access_token).get('/api/v1/me')).status).toBe(401);
    const headers = { authorization: `Bearer ${clients.administrator.token}` };
    expect((await fetch(`${origin}/mcp/memory`, { method: 'POST', headers })).status).toBe(401);
  });

  test('what is not there is 404, and another method 405 with those there are', async () => {
    const { status, body } = await clients.administrator.get('/api/v1/nope');
    expect([status, body.code]).toEqual([404, 'route_unknown']);
    for (const path of ['/api', '/api/', '/api/v1/admin', '/api/v1/connections/a/b']) {
      expect((await clients.administrator.get(path)).status).toBe(404);
    }
    const wrong = await clients.administrator.call('POST', '/api/v1/admin/clients/x/block');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'PUT, DELETE, OPTIONS']);
  });

  test('pages of foreign origins may not call it', async () => {
    const { status } = await clients.administrator.call('GET', '/api/v1/me', undefined, {
      origin: 'https://evil.example',
    });
    expect(status).toBe(403);
    const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'PUT' };
    const preflight = await fetch(`${origin}/api/v1/me`, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
  });
});

describe('the description', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a document of many shapes
  let document: any;

  beforeAll(async () => {
    document = await (await fetch(`${origin}/api/v1/openapi.json`)).json();
  });

  test('lists the routes there are, with the scope and the roles of each', async () => {
    const described = Object.entries(await describedOperations(origin)).map(([operation, rule]) => [
      operation,
      { oauth: rule.security[0]?.oauth, roles: rule['x-roles'].toSorted() },
    ]);
    const rules = RULES.map(([method, path, scope, roles]) => [
      `${method} ${path}`,
      { oauth: [scope], roles: roles.toSorted() },
    ]);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(rules));
  });

  test.each([
    ['/api/v1/me', 'Me'],
    ['/api/v1/connections', 'Connections'],
    ['/api/v1/admin/users', 'Users'],
    ['/api/v1/admin/clients', 'Clients'],
    ['/api/v1/admin/users/ada/connections', 'Connections'],
    ['/api/v1/admin/users/ada/credentials', 'Credentials'],
    ['/api/v1/admin/sessions', 'Sessions'],
    ['/api/v1/admin/policy', 'Policy'],
    ['/api/v1/approvals', 'Approvals'],
    ['/api/v1/admin/audit/events', 'AuditEvents'],
    ['/api/v1/admin/servers', 'Servers'],
    ['/api/v1/admin/servers/memory', 'Server'],
    ['/api/v1/admin/servers/memory/versions', 'ServerVersions'],
    ['/api/v1/admin/servers/memory/definitions', 'ServerDefinitions'],
    ['/api/v1/admin/catalog', 'Catalog'],
  ])('%s answers as it says', async (path, name) => {
    const device = await Device.signIn(origin, await registered(origin));
    await device.mcp.initialize();
    await clients.administrator.call('PUT', '/api/v1/admin/clients/blocked/block');
    const { status, body } = await clients.administrator.get(path);
    expect(status).toBe(200);
    expect(z.fromJSONSchema(document.components.schemas[name]).safeParse(body).error).toBeUndefined();
  });
});

describe("a member's own connections", () => {
  test('are listed with client, scopes, use and sessions, and without a session id', async () => {
    const client = await registered(origin, { client_name: 'Editor' });
    const device = await Device.signIn(origin, client, 'bob', { scope: 'mcp memory:read' });
    const session = await device.mcp.initialize();
    const { body } = await clients.member.get('/api/v1/connections');
    const shown = body.connections.find((each: { client: object }) =>
      JSON.stringify(each.client).includes('Editor'),
    );
    const recent = expect.stringMatching(new RegExp(`^${new Date().toISOString().slice(0, 10)}T`));
    expect(shown).toEqual({
      id: expect.any(String),
      client: { id: client.client_id, name: 'Editor' },
      resource: `${origin}/mcp/memory`,
      servers: ['memory'],
      scopes: ['mcp', 'memory:read'],
      connectedAt: recent,
      lastUsedAt: recent,
      sessions: [
        {
          id: expect.any(String),
          revision: '2025-11-25',
          client: { name: 'raw-client', version: '1.0.0' },
          openedAt: recent,
          lastUsedAt: recent,
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain(session.id.split('.')[2]);
  });

  test('one session is ended by its public id, and its client may open another', async () => {
    const device = await Device.signIn(origin, await registered(origin), 'bob');
    const [lost, kept] = [await device.mcp.initialize(), await device.mcp.initialize()];
    const connection = await connectionOf(clients.member, device);
    expect(connection.sessions).toHaveLength(2);
    const oldest = connection.sessions.toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1))[0]?.id;
    expect((await clients.member.call('DELETE', `/api/v1/sessions/${oldest}`)).status).toBe(204);
    expect((await clients.member.call('DELETE', `/api/v1/sessions/${oldest}`)).status).toBe(404);
    expect(await statusOf(lost.request(1, 'ping'))).toBe(404);
    expect(await statusOf(kept.request(1, 'ping'))).toBe(200);
    expect(await statusOf((await device.mcp.initialize()).request(1, 'ping'))).toBe(200);
  });

  test('one installation is ended, and another of the same client goes on', async () => {
    const client = await registered(origin);
    const [lost, kept] = [
      await Device.signIn(origin, client, 'bob'),
      await Device.signIn(origin, client, 'bob'),
    ];
    const session = await lost.mcp.initialize();
    const { id } = await connectionOf(clients.member, lost);
    expect((await clients.member.call('DELETE', `/api/v1/connections/${id}`)).status).toBe(204);
    expect(await statusOf(session.request(1, 'ping'))).toBe(401);
    expect(await statusOf(kept.mcp.modern('server/discover'))).toBe(200);
    const all = await clients.member.call('DELETE', `/api/v1/clients/${client.client_id}`);
    expect([all.status, all.body]).toEqual([200, { ended: 1 }]);
    expect(await statusOf(kept.mcp.modern('server/discover'))).toBe(401);
  });

  test("nobody ends what is somebody else's", async () => {
    const client = await registered(origin);
    const device = await Device.signIn(origin, client, 'bob');
    await device.mcp.initialize();
    const { id, sessions } = await connectionOf(clients.member, device);
    for (const path of [
      `/api/v1/connections/${id}`,
      `/api/v1/sessions/${sessions[0]?.id}`,
      `/api/v1/clients/${client.client_id}`,
    ]) {
      expect((await clients.administrator.call('DELETE', path)).status).toBe(404);
    }
    expect(await statusOf(device.mcp.modern('server/discover'))).toBe(200);
  });
});

describe('users', () => {
  test('are whoever has signed in, in pages', async () => {
    const { body } = await clients.auditor.get('/api/v1/admin/users');
    expect(body.users.map(({ subject }: { subject: string }) => subject)).toEqual([
      'ada',
      'aidan',
      'bob',
      'olivia',
    ]);
    const first = await clients.auditor.get('/api/v1/admin/users?limit=3');
    expect([first.body.users.length, first.body.next]).toEqual([3, 'bob']);
    const second = await clients.auditor.get('/api/v1/admin/users?limit=3&after=bob');
    expect([second.body.users.length, second.body.next]).toEqual([1, null]);
    for (const query of ['limit=0', 'limit=501', 'limit=x', 'before=x']) {
      expect((await clients.auditor.get(`/api/v1/admin/users?${query}`)).status).toBe(400);
    }
  });

  test('all that one has is ended by an operator, at once', async () => {
    const device = await Device.signIn(origin, await registered(origin), 'eve');
    const session = await device.mcp.initialize();
    const { body } = await clients.operator.get('/api/v1/admin/users/eve/connections');
    expect(body.connections).toHaveLength(1);
    expect((await clients.operator.call('POST', '/api/v1/admin/users/eve/end')).status).toBe(204);
    expect(await statusOf(session.request(1, 'ping'))).toBe(401);
  });

  test('one is suspended and restored by an administrator, but nobody by themselves', async () => {
    const device = await Device.signIn(origin, await registered(origin), 'eve');
    const path = '/api/v1/admin/users/eve/suspension';
    const isSuspended = async () => {
      const { body } = await clients.administrator.get('/api/v1/admin/users?after=e&limit=1');
      return body.users[0].isSuspended;
    };
    expect((await clients.administrator.call('PUT', path)).status).toBe(204);
    expect(await isSuspended()).toBe(true);
    expect(await statusOf(device.mcp.modern('server/discover'))).toBe(401);
    expect((await clients.administrator.call('DELETE', path)).status).toBe(204);
    expect(await isSuspended()).toBe(false);
    const own = await clients.administrator.call('PUT', '/api/v1/admin/users/ada/suspension');
    expect([own.status, own.body.code]).toEqual([409, 'own_suspension']);
  });
});

test('an id of any kind is taken as the path encodes it', async () => {
  const id = 'https://client.example/a%2Fb.json?x=1&y=ü#z';
  const path = `/api/v1/admin/clients/${encodeURIComponent(id)}/block`;
  expect((await clients.administrator.call('PUT', path)).body).toEqual({ ended: 0 });
  const { body } = await clients.auditor.get('/api/v1/admin/clients');
  const listed = body.clients.find((client: { id: string }) => client.id === id);
  expect(listed).toEqual({ id, name: null, members: 0, block: { by: 'ada', at: expect.any(String) } });
  expect((await clients.administrator.call('DELETE', path)).status).toBe(204);
  expect((await clients.administrator.call('DELETE', path)).status).toBe(404);
});

/** The connection of a device, found by the installation of its user that has just been used. */
async function connectionOf(api: ApiClient, device: Device) {
  const { body } = await api.get('/api/v1/connections');
  const all = body.connections as readonly {
    readonly id: string;
    readonly client: { readonly id: string };
    readonly connectedAt: string;
    readonly sessions: readonly { readonly id: string; readonly openedAt: string }[];
  }[];
  const own = all.filter(({ client }) => client.id === device.clientId);
  const withSessions = own.find(({ sessions }) => sessions.length > 0);
  if (!withSessions) throw new Error('the connection is not listed');
  return withSessions;
}

/** What the description says of an operation's rule. */
interface DescribedRule {
  readonly security: readonly { readonly oauth: readonly string[] }[];
  readonly 'x-roles': readonly string[];
}

/** The operations of the description, by method and path. */
async function describedOperations(at: string): Promise<Record<string, DescribedRule>> {
  const { paths } = (await (await fetch(`${at}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, DescribedRule>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, rule]) => [`${method.toUpperCase()} ${path}`, rule] as const),
  );
  return Object.fromEntries(operations);
}
