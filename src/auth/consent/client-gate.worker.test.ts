import { applyD1Migrations, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import { beforeAll, expect, test } from 'vitest';
import { type Env, settingsOf } from '../../env.ts';
import { authorizationServer } from '../../grants/authorization-server.ts';
import { connectionsOf } from '../../grants/connections.ts';
import { accountOf, withGrantStores } from '../../grants/grant-store.ts';
import { newInstallation } from '../../grants/installation.ts';
import { tenantOf } from '../../grants/tenant.ts';
import { userIdOf } from '../../grants/user-id.ts';
import { tenantObjectName } from '../../session-key/internal-bearer.ts';
import { withClientGate } from './client-gate.ts';

const bindings = env as unknown as Env & { MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };
const settings = settingsOf(bindings);
const ORIGIN = 'https://mcp.example.com';
const SITE = { origin: ORIGIN, servers: ['memory'] };
const RESOURCE = `${ORIGIN}/mcp/memory`;
const REDIRECT_URI = 'https://app.example/callback';
const VERIFIER = 'v'.repeat(43);
const SENT = { redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };

beforeAll(() => applyD1Migrations(bindings.DB, bindings.MIGRATIONS));

/** KV as it may be at its worst: whatever was read once reads the same for good, deleted or not. */
function withStaleKv(): Env {
  const seen = new Map<string, string | null>();
  const kv = bindings.OAUTH_KV;
  const OAUTH_KV = new Proxy(kv, {
    get(target, name) {
      if (name === 'get') {
        return async (key: string, options?: { type?: string }) => {
          if (!seen.has(key)) seen.set(key, await kv.get(key));
          const value = seen.get(key) ?? null;
          return value !== null && options?.type === 'json' ? JSON.parse(value) : value;
        };
      }
      const member = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  // `env` of the test runtime has members that a spread does not see.
  const { ACCOUNT, TENANT, MCP_SESSION, REGISTRATION_QUOTA, METRICS, QUOTA, DB, LOADER } = bindings;
  const { KEY_RING, GATEHOUSE_ENV, VAULT_KV } = bindings;
  const objects = { ACCOUNT, TENANT, MCP_SESSION, REGISTRATION_QUOTA, METRICS, QUOTA };
  return { ...objects, DB, LOADER, KEY_RING, GATEHOUSE_ENV, OAUTH_KV, VAULT_KV };
}

async function gateway(stale = withStaleKv()) {
  const server = authorizationServer(SITE, settings);
  const oauth = server.getOAuthApi(withGrantStores(stale));
  const client = await oauth.createClient({
    redirectUris: [REDIRECT_URI],
    clientName: 'Test',
    tokenEndpointAuthMethod: 'none',
  });
  await oauth.lookupClient(client.clientId);
  return { stale, server, oauth, client: client.clientId };
}

/** Gives consent as a user, through helpers, and redeems the code. */
async function connect(oauth: OAuthHelpers, client: string, owner: { tenant: string; subject: string }) {
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER));
  const installation = newInstallation();
  const { redirectTo } = await oauth.completeAuthorization({
    request: {
      responseType: 'code',
      clientId: client,
      redirectUri: REDIRECT_URI,
      scope: ['mcp'],
      state: '',
      resource: RESOURCE,
      codeChallenge: Buffer.from(challenge).toString('base64url'),
      codeChallengeMethod: 'S256',
    },
    userId: userIdOf(settings.keyRing, owner),
    metadata: { installation: installation.id },
    scope: ['mcp'],
    props: { ...owner, roles: ['member'], installation },
    revokeExistingGrants: false,
  });
  return new URL(redirectTo).searchParams.get('code') ?? '';
}

function redeem(owner: { tenant: string; subject: string }, client: string, code: string) {
  const body = new URLSearchParams({ ...SENT, grant_type: 'authorization_code', client_id: client, code });
  const request = new Request(`${ORIGIN}/oauth/token`, { method: 'POST', body });
  return accountOf(bindings, owner).serveTokenRequest(request, { owner, site: SITE, proven: null });
}

test('a block holds at once where KV goes on serving what it read before, a deleted registration too', async () => {
  const owner = { tenant: 'stale', subject: 'ada' };
  const { stale, server, oauth, client } = await gateway();
  const gated = withClientGate(oauth, stale);
  const answer = await redeem(owner, client, await connect(gated, client, owner));
  const { access_token } = (await answer.json()) as { access_token: string };
  const validate = () => server.validateToken(RESOURCE, access_token, withGrantStores(stale));
  expect(await validate()).toMatchObject({ clientId: client });
  const pending = await connect(gated, client, owner);

  expect(await tenantOf(bindings, 'stale').blockClient('stale', client, 'ada')).toBe(2);
  await oauth.deleteClient(client);
  expect(await oauth.lookupClient(client)).not.toBeNull();

  expect(await validate()).toBeNull();
  expect((await redeem(owner, client, pending)).ok).toBe(false);
  await expect(connect(gated, client, owner)).rejects.toThrow('blocked this app');
});

test('a client that is blocked while a grant is being made gets no code, and nothing is left of the grant', async () => {
  const owner = { tenant: 'race', subject: 'ada' };
  const { stale, oauth, client } = await gateway();
  const complete = oauth.completeAuthorization.bind(oauth);
  // The worst moment: the block has enumerated and ended everything just before the grant is written.
  const cut = Object.assign(oauth, {
    completeAuthorization: async (options: Parameters<typeof complete>[0]) => {
      expect(await tenantOf(bindings, 'race').blockClient('race', client, 'eve')).toBe(0);
      return complete(options);
    },
  });
  await expect(connect(withClientGate(cut, stale), client, owner)).rejects.toThrow('blocked this app');
  expect(await connectionsOf(bindings, owner).listConnections(owner)).toEqual([]);
});

test('a connection that was made between a block and its end is found by the next block', async () => {
  const owner = { tenant: 'again', subject: 'ada' };
  const { stale, oauth, client } = await gateway();
  const tenant = tenantOf(bindings, 'again');
  const complete = oauth.completeAuthorization.bind(oauth);
  const cut = Object.assign(oauth, {
    completeAuthorization: async (options: Parameters<typeof complete>[0]) => {
      await tenant.blockClient('again', client, 'eve');
      await tenant.unblockClient(client);
      return complete(options);
    },
  });
  await connect(withClientGate(cut, stale), client, owner);
  expect(await tenant.blockClient('again', client, 'eve')).toBe(1);
});

test('a block that was cut short refuses tokens all the same, and goes on by itself', async () => {
  const owner = { tenant: 'late', subject: 'ada' };
  const { stale, oauth, client } = await gateway();
  const gated = withClientGate(oauth, stale);
  const code = await connect(gated, client, owner);
  const object = bindings.TENANT.getByName(tenantObjectName('late'));
  // What a block leaves behind that ended before it told any account.
  await runInDurableObject(object, async (_instance, { storage }) => {
    const statement =
      'INSERT INTO blocked_client (client, tenant, blocked_by, blocked_at_ms) VALUES (?, ?, ?, ?)';
    storage.sql.exec(statement, client, 'late', 'eve', 1);
    await storage.setAlarm(Date.now() + 60_000);
  });
  const answer = await redeem(owner, client, code);
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { error: 'invalid_grant', error_description: expect.stringContaining('blocked this client') },
  ]);
  const connections = () => connectionsOf(bindings, owner).listConnections(owner);
  expect(await connections()).toHaveLength(1);
  expect(await runDurableObjectAlarm(object)).toBe(true);
  expect(await connections()).toEqual([]);
});

test('a grant whose maker died before it could look again is found by the next block', async () => {
  const owner = { tenant: 'died', subject: 'ada' };
  const { stale, oauth, client } = await gateway();
  const complete = oauth.completeAuthorization.bind(oauth);
  const cut = Object.assign(oauth, {
    completeAuthorization: async (options: Parameters<typeof complete>[0]) => {
      await complete(options);
      throw new Error('died');
    },
  });
  await expect(connect(withClientGate(cut, stale), client, owner)).rejects.toThrow('died');
  expect(await tenantOf(bindings, 'died').blockClient('died', client, 'eve')).toBe(1);
});
