import type { DocumentOf } from '../catalog/server-document.ts';
import type { CatalogEntry, RemoteAuthorization } from '../catalog/server-version.ts';
import type { Env } from '../env.ts';
import type { Connection, ConnectionOAuth } from './connection.ts';
import { clientSecretOf } from './remote-client-secrets.ts';

/** What MCP over Streamable HTTP is made of. */
export const REMOTE_METHODS = ['POST', 'GET', 'DELETE'] as const;

/** OpenID Connect Core 1.0 section 11: without a consent that is asked for, this scope is left out. */
const OFFLINE = 'offline_access';

/** The id of a remote server's own connection. The dot keeps it apart from those that operators name themselves. */
export function remoteConnectionId(server: string): string {
  return `mcp.${server}`;
}

/** The connection to a remote server that is open to all. MCP has one URL, so it leads to that path only, redirects included. */
export function openConnection(server: string, title: string, url: string): Connection {
  const { origin, pathname } = new URL(url);
  return {
    id: remoteConnectionId(server),
    name: title,
    owner: 'tenant',
    tenants: null,
    origins: [origin],
    methods: REMOTE_METHODS,
    paths: [pathname],
    placement: { in: 'none' },
    oauth: null,
    secret: null,
  };
}

/** The connection that is a remote server's own; null where it has none, or uses one that is set up. */
export function remoteConnection(
  env: Env,
  tenant: string,
  { name, current }: CatalogEntry,
): Connection | null {
  const { document, authorization } = current;
  if (document.kind !== 'remote' || document.auth.kind === 'connection') return null;
  const open = openConnection(name, document.title, document.url);
  if (document.auth.kind === 'none') return open;
  return {
    ...open,
    owner: document.auth.owner,
    placement: { in: 'bearer' },
    oauth: authorization ? oauthOf(env, tenant, document, authorization) : null,
  };
}

function oauthOf(
  env: Env,
  tenant: string,
  { auth }: DocumentOf<'remote'>,
  authorization: RemoteAuthorization,
): ConnectionOAuth {
  const { issuer, authorizationUrl, tokenUrl, clientId, clientSecret, scopes, resource } = authorization;
  const { tokenAuthMethods, revocationUrl, namesIssuer } = authorization;
  const name = auth.kind === 'oauth' ? auth.clientSecret : undefined;
  return {
    issuer,
    authorizationUrl,
    tokenUrl,
    clientId,
    clientSecret: name === undefined ? clientSecret : clientSecretOf(env, { name, tenant, issuer }),
    scopes,
    parameters: scopes.includes(OFFLINE) ? { prompt: 'consent' } : {},
    resource,
    facts: { tokenAuthMethods, revocationUrl, namesIssuer },
  };
}
