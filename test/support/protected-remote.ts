import { createServer } from 'node:http';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import Provider from 'oidc-provider';
import { freePort } from '../../src/cli/gateway-process.ts';
import everything from '../../src/servers/everything/index.ts';
import { createEverythingServer } from '../../src/servers/everything/server.ts';
import { listen } from './identity-provider.ts';
import { SessionHouse } from './peers/session-house.ts';
import { type Answer, Site } from './peers/site.ts';

/** What the tools of a protected remote need beside `notes:read`. */
const TOOL_SCOPES: Readonly<Record<string, string>> = { random_id: 'notes:write' };

/** Which revisions a remote speaks. */
export type RemoteEra = 'modern' | 'legacy';

/** An MCP server that takes tokens of an authorization server of its own, and what became of these. */
export interface ProtectedRemote {
  readonly url: string;
  readonly issuer: string;
  /** Access and refresh tokens, in the order in which they were given. */
  readonly tokens: readonly string[];
  /** The ids of the clients that were registered. */
  readonly registered: readonly string[];
  /** The token requests that were answered with tokens, by grant type and resource. */
  readonly grants: readonly { type: string; resource: unknown }[];
  /** How many tokens were revoked by who they were given to. */
  readonly revocations: number;
  /** The `Authorization` of each request that was let in. */
  readonly admitted: readonly string[];
  /** How long access tokens live that are given from now on, in seconds. */
  accessTokenSeconds: number;
  /** Whether its metadata name another authorization server from now on. */
  otherIssuer: string | null;
  /** Ends every token that was given, as a user does who withdraws their consent there. */
  revokeAll(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the server `everything` outside the gateway, by SDK 2.4, behind a real authorization server (`oidc-provider`) with resource
 * indicators, dynamic registration and revocation.
 */
export async function startProtectedRemote(era: RemoteEra): Promise<ProtectedRemote> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const [tokens, registered, admitted]: [string[], string[], string[]] = [[], [], []];
  const grants: { type: string; resource: unknown }[] = [];
  const answer = ERAS[era]();
  let revocations = 0;

  const site = await Site.start(async request => {
    const { pathname } = new URL(request.url);
    if (pathname === '/.well-known/oauth-protected-resource/mcp') return Response.json(metadata());
    const authorization = request.headers.get('authorization') ?? '';
    const needed = await neededScopes(request.clone());
    const token = await provider.AccessToken.find(authorization.replace(/^Bearer /, ''));
    if (!token || token.aud !== resource()) return challenge(401, 'scope="notes:read"');
    const missing = needed.filter(scope => !token.scopes.has(scope));
    if (missing.length > 0) return challenge(403, `error="insufficient_scope", scope="${missing.join(' ')}"`);
    admitted.push(authorization);
    return answer(request);
  });
  const resource = () => `${site.origin}/mcp`;
  const metadata = () => ({
    resource: resource(),
    authorization_servers: [there.otherIssuer ?? issuer],
    scopes_supported: ['notes:read', 'notes:write'],
  });
  const challenge = (status: number, more: string) => {
    const where = `resource_metadata="${site.origin}/.well-known/oauth-protected-resource/mcp"`;
    return new Response(null, { status, headers: { 'www-authenticate': `Bearer ${where}, ${more}` } });
  };
  const provider = new Provider(issuer, {
    scopes: ['openid', 'offline_access', 'notes:read', 'notes:write'],
    cookies: { keys: ['cookie-key-of-the-test'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    features: {
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, indicator) => ({
          audience: indicator,
          scope: 'notes:read notes:write',
          accessTokenFormat: 'opaque',
          accessTokenTTL: there.accessTokenSeconds,
        }),
      },
    },
    ttl: { Grant: 600, Interaction: 600, RefreshToken: 600, Session: 600 },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  });
  provider.on('registration_create.success', (_ctx, client) => void registered.push(client.clientId));
  const revoked = () => {
    revocations += 1;
  };
  provider.on('grant.revoked', revoked);
  provider.on('refresh_token.destroyed', revoked);
  provider.on('grant.success', ({ oidc, body }) => {
    const { grant_type: type = '', resource: asked } = oidc.params as Record<string, string>;
    grants.push({ type, resource: asked });
    const { access_token, refresh_token } = body as Record<string, string | undefined>;
    for (const token of [access_token, refresh_token]) if (token !== undefined) tokens.push(token);
  });
  const pages = provider.callback();
  const running = await listen(
    createServer((request, response) => void pages(request, response)),
    port,
  );
  const there: ProtectedRemote = {
    url: resource(),
    issuer,
    tokens,
    registered,
    grants,
    admitted,
    accessTokenSeconds: 600,
    otherIssuer: null,
    get revocations() {
      return revocations;
    },
    async revokeAll() {
      for (const token of tokens) {
        await (await provider.AccessToken.find(token))?.destroy();
        await (await provider.RefreshToken.find(token))?.destroy();
      }
    },
    async stop() {
      await site.goDown();
      await running.stop();
    },
  };
  return there;
}

const ERAS: Readonly<Record<RemoteEra, () => Answer>> = {
  modern: () => request => everything.fetch(request, {}),
  legacy: () => {
    const none = () => {};
    const silent = {
      toolsChanged: none,
      promptsChanged: none,
      resourcesChanged: none,
      resourceUpdated: none,
    };
    return new SessionHouse(async hooks => {
      const transport = new WebStandardStreamableHTTPServerTransport(hooks);
      await createEverythingServer(silent).connect(transport);
      return transport;
    }).answer;
  },
};

async function neededScopes(request: Request): Promise<string[]> {
  const message = request.method === 'POST' ? ((await request.json()) as Message) : {};
  const more = message.method === 'tools/call' ? TOOL_SCOPES[message.params?.name ?? ''] : undefined;
  return ['notes:read', ...(more === undefined ? [] : [more])];
}

interface Message {
  readonly method?: string;
  readonly params?: { readonly name?: string };
}
