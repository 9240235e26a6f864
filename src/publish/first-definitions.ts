import { itemsOf } from '../catalog/pins/definition-item.ts';
import { pinStoreOf, sourceOf } from '../catalog/pins/tenant-pins.ts';
import type { DocumentOf, ServerDocument } from '../catalog/server-document.ts';
import { remoteConnector } from '../connectors/remote/remote-connector.ts';
import { remoteDefinitions } from '../connectors/remote/remote-definitions.ts';
import { remoteEndpoint } from '../connectors/remote/remote-endpoint.ts';
import { RemoteMemory } from '../connectors/remote/remote-memory.ts';
import { reportFault } from '../errors.ts';
import { remoteConnectionId } from '../vault/remote-connection.ts';
import type { Publisher } from './publisher.ts';

/** Nothing is parked for a reading, so nobody has to be woken or held. */
const NO_KEEPER = { wakeAt: () => {}, hold: () => {} };

/**
 * Puts on record what a remote server offers as soon as it is saved, where it can be read with what its operator has: so its pins are those of
 * that moment, and not of its first use. Where it cannot be read within LIST_TIMEOUT_MS, its first use does it.
 */
export async function recordFirstDefinitions(document: ServerDocument, publisher: Publisher): Promise<void> {
  if (document.kind !== 'remote' || isEachUsers(document)) return;
  const { env, settings, principal } = publisher;
  const memory = new RemoteMemory(NO_KEEPER);
  try {
    const within = { ...settings, DEFINITIONS_TIMEOUT_MS: settings.LIST_TIMEOUT_MS };
    const endpoint = remoteEndpoint(document.name, document.url, () => egressOf(document, publisher));
    const definitions = await remoteDefinitions(remoteConnector({ endpoint, memory, settings }), within);
    const pinnedServer = { server: document.name, source: sourceOf(document.url) };
    await pinStoreOf(env, principal.tenant).record(pinnedServer, itemsOf(definitions), Date.now());
  } catch (error) {
    reportFault('definitions_not_read', error, { server: document.name });
  } finally {
    memory.end();
  }
}

/** Whether only people who have connected it can ask it. */
function isEachUsers({ auth }: DocumentOf<'remote'>): boolean {
  return auth.kind === 'oauth' && auth.owner === 'user';
}

function egressOf({ name, auth }: DocumentOf<'remote'>, { exports, principal }: Publisher): Fetcher {
  const { tenant, subject } = principal;
  const connections = [auth.kind === 'connection' ? auth.connection : remoteConnectionId(name)];
  const props = {
    user: { tenant, subject },
    server: name,
    connections,
    session: null,
    protocol: 'mcp',
  } as const;
  return exports.Egress({ props }) as Fetcher;
}
