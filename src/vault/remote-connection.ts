import type { DocumentOf } from '../catalog/server-document.ts';
import type { CatalogEntry, RemoteAuthorization } from '../catalog/server-version.ts';
import type { Env } from '../env.ts';
import type { Connection, ConnectionOAuth } from './connection.ts';

/** What MCP over Streamable HTTP is made of. */
const METHODS = ['POST', 'GET', 'DELETE'];

/** The id of a remote server's own connection. The dot keeps it apart from those that operators name themselves. */
export function remoteConnectionId(server: string): string {
  return `mcp.${server}`;
}

/** The connection that is a remote server's own; null where it has none, or uses one that is set up. */
export function remoteConnection(env: Env, { name, current }: CatalogEntry): Connection | null {
  const { document, authorization } = current;
  if (document.kind !== 'remote' || document.auth.kind === 'connection') return null;
  const isOpen = document.auth.kind === 'none';
  return {
    id: remoteConnectionId(name),
    name: document.title,
    owner: document.auth.kind === 'oauth' ? document.auth.owner : 'tenant',
    origins: [new URL(document.url).origin],
    methods: METHODS,
    paths: [],
    placement: { in: isOpen ? 'none' : 'bearer' },
    oauth: authorization ? oauthOf(env, document, authorization) : null,
    secret: null,
  };
}

function oauthOf(
  env: Env,
  { auth }: DocumentOf<'remote'>,
  authorization: RemoteAuthorization,
): ConnectionOAuth {
  const { issuer, authorizationUrl, tokenUrl, clientId, clientSecret, scopes } = authorization;
  const variable = auth.kind === 'oauth' ? auth.clientSecret : undefined;
  const named = variable === undefined ? null : String(env[variable] ?? '');
  return {
    issuer,
    authorizationUrl,
    tokenUrl,
    clientId,
    clientSecret: named ?? clientSecret,
    scopes,
    parameters: {},
  };
}
