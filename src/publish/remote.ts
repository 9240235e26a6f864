import type { DocumentOf } from '../catalog/server-document.ts';
import { GatehouseError } from '../errors.ts';
import type { Connection } from '../vault/connection.ts';
import { tenantConnectionsOf } from '../vault/connections-setting.ts';
import { connectionFor } from '../vault/egress/route.ts';
import { openConnection, REMOTE_METHODS } from '../vault/remote-connection.ts';
import { requireNoQuery } from './plain-address.ts';
import type { Prepare, Publisher } from './publisher.ts';
import { invalid, listed } from './refusal.ts';
import { remoteAuthorization, requireClientId } from './remote/remote-authorization.ts';

const KEY_IN_QUERY =
  'A key goes into CONNECTIONS, as a connection with "placement": {"in": "query", "name": …}; name that connection in "auth".';

/**
 * Checks the address of a remote server, that the gateway can prove itself there, and gets what it needs for that: see docs/servers.md.
 */
export const prepareRemote: Prepare<'remote'> = async (document, publisher) => {
  const { auth } = document;
  checkRemote(document, publisher);
  if (auth.kind !== 'oauth') return { document, artifacts: {} };
  return { document, artifacts: {}, authorization: await remoteAuthorization(document, auth, publisher) };
};

/** As far as it can be told without asking anybody. @throws GatehouseError `server_invalid`. */
export function checkRemote(document: DocumentOf<'remote'>, publisher: Publisher): void {
  requireAddress(document);
  requireWay(document, connectionOf(document, publisher), publisher);
  if (document.auth.kind === 'oauth') requireClientId(document.auth);
}

function requireAddress({ url }: DocumentOf<'remote'>): void {
  const { hash } = new URL(url);
  if (hash !== '' || url.endsWith('#'))
    throw invalid('url: it must have no fragment ("#…"): servers never see one.');
  requireNoQuery('url', url, KEY_IN_QUERY);
}

/** The connection that requests will go out by. */
function connectionOf(
  { name, title, url, auth }: DocumentOf<'remote'>,
  { env, principal }: Publisher,
): Connection {
  if (auth.kind !== 'connection') return openConnection(name, title, url);
  const defined = tenantConnectionsOf(env, principal.tenant);
  const found = defined.find(({ id }) => id === auth.connection);
  if (found) return found;
  throw invalid(
    `auth.connection: there is no connection "${auth.connection}" in the setting CONNECTIONS. There are: ${listed(defined.map(({ id }) => id))}.`,
  );
}

/** The egress decides by the same rules when the server is called. */
function requireWay(
  { url, auth }: DocumentOf<'remote'>,
  connection: Connection,
  { settings }: Publisher,
): void {
  const isLoopbackOpen = settings.EGRESS_ALLOW_LOOPBACK === 'true';
  try {
    for (const method of REMOTE_METHODS)
      connectionFor({ url: new URL(url), method }, [connection], isLoopbackOpen);
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error;
    const words =
      auth.kind === 'connection'
        ? `, with the connection "${auth.connection}" (it needs POST, GET and DELETE)`
        : '';
    throw invalid(`url: the gateway may not go there${words}. ${error.message}`);
  }
}
