import type { DocumentOf } from '../catalog/server-document.ts';
import type { CatalogEntry, RemoteAuthorization } from '../catalog/server-version.ts';
import type { Env } from '../env.ts';
import type { Connection, ConnectionOAuth } from './connection.ts';

/** What MCP over Streamable HTTP is made of. */
export const REMOTE_METHODS = ['POST', 'GET', 'DELETE'] as const;

/**
 * What the names of variables begin with that hold secrets of clients at remotes' authorization servers. Whoever operates an organisation
 * names them, and says where they are sent; no other secret of the deployment may be had in this way.
 */
export const REMOTE_SECRET_PREFIX = 'REMOTE_';

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
    origins: [origin],
    methods: REMOTE_METHODS,
    paths: [pathname],
    placement: { in: 'none' },
    oauth: null,
    secret: null,
  };
}

/** The connection that is a remote server's own; null where it has none, or uses one that is set up. */
export function remoteConnection(env: Env, { name, current }: CatalogEntry): Connection | null {
  const { document, authorization } = current;
  if (document.kind !== 'remote' || document.auth.kind === 'connection') return null;
  const open = openConnection(name, document.title, document.url);
  if (document.auth.kind === 'none') return open;
  return {
    ...open,
    owner: document.auth.owner,
    placement: { in: 'bearer' },
    oauth: authorization ? oauthOf(env, document, authorization) : null,
  };
}

function oauthOf(
  env: Env,
  { auth }: DocumentOf<'remote'>,
  authorization: RemoteAuthorization,
): ConnectionOAuth {
  const { issuer, authorizationUrl, tokenUrl, clientId, clientSecret, scopes, resource } = authorization;
  const { tokenAuthMethods, revocationUrl, namesIssuer } = authorization;
  const variable = auth.kind === 'oauth' ? auth.clientSecret : undefined;
  return {
    issuer,
    authorizationUrl,
    tokenUrl,
    clientId,
    clientSecret: variable === undefined ? clientSecret : clientSecretOf(env, variable),
    scopes,
    parameters: scopes.includes(OFFLINE) ? { prompt: 'consent' } : {},
    resource,
    facts: { tokenAuthMethods, revocationUrl, namesIssuer },
  };
}

/** The secret that a document names; null where there is none of that name, or it is not one for this. */
export function clientSecretOf(env: Env, variable: string): string | null {
  const value = variable.startsWith(REMOTE_SECRET_PREFIX) ? env[variable] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}
