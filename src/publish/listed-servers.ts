import { byName } from '../catalog/catalog.ts';
import type { ServerDocument, ServerKind } from '../catalog/server-document.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { isDevelopment } from '../env.ts';
import { HOSTED_SERVERS, type HostedServer } from '../runtime/hosted-servers.ts';
import { availableIn, isSetUp } from '../runtime/offered-servers.ts';
import { tenantConnectionsOf } from '../vault/connections-setting.ts';
import { remoteConnectionId } from '../vault/remote-connection.ts';
import type { Publisher } from './publisher.ts';

/** A server as those see it who administer it. */
export interface ListedServer {
  readonly name: string;
  readonly kind: ServerKind;
  readonly title: string;
  readonly description: string;
  /** The ids of the connections that its tools may use. */
  readonly connections: readonly string[];
  /** Whether one of these is set up, or there are none: a server of the monorepo is not offered without. */
  readonly isSetUp: boolean;
  readonly isEnabled: boolean;
  /** Null for a server of the monorepo that nobody has changed. */
  readonly entry: CatalogEntry | null;
  /** Null for a server that an operator has added. */
  readonly hosted: HostedServer | null;
}

/** All servers of an organisation in the order of their names: those of the monorepo too, and those that are disabled. */
export async function listedServers({
  env,
  settings,
  principal,
  store,
}: Publisher): Promise<readonly ListedServer[]> {
  const defined = new Set(tenantConnectionsOf(env, principal.tenant).map(({ id }) => id));
  const entries = new Map((await store.list()).map(entry => [entry.name, entry]));
  const hosted = HOSTED_SERVERS.filter(availableIn(isDevelopment(settings)));
  const names = new Set(hosted.map(({ name }) => name));
  const added = [...entries.values()].filter(({ name, kind }) => kind !== 'hosted' && !names.has(name));
  return byName([
    ...hosted.map(server => hostedServer(server, entries.get(server.name) ?? null, defined)),
    ...added.map(addedServer),
  ]);
}

/** One of {@link listedServers}, or null. */
export async function listedServer(publisher: Publisher, name: string): Promise<ListedServer | null> {
  return (await listedServers(publisher)).find(server => server.name === name) ?? null;
}

/** How a server is shown that nobody has changed. */
export function documentOf({ entry, name }: ListedServer): ServerDocument {
  return entry?.current.document ?? { kind: 'hosted', name, tools: {} };
}

function hostedServer(
  server: HostedServer,
  found: CatalogEntry | null,
  defined: ReadonlySet<string>,
): ListedServer {
  const entry = found?.kind === 'hosted' ? found : null;
  const document = entry?.current.document;
  const shown = document?.kind === 'hosted' ? document : null;
  return {
    name: server.name,
    kind: 'hosted',
    title: shown?.title ?? server.title,
    description: shown?.description ?? server.description,
    connections: server.connections,
    isSetUp: isSetUp(server, defined),
    isEnabled: entry?.isEnabled ?? true,
    entry,
    hosted: server,
  };
}

function addedServer(entry: CatalogEntry): ListedServer {
  const { document } = entry.current;
  const { title = entry.name, description = '' } = document;
  const { name, kind, isEnabled } = entry;
  const connections = declared(document);
  return { name, kind, title, description, connections, isSetUp: true, isEnabled, entry, hosted: null };
}

function declared(document: ServerDocument): readonly string[] {
  switch (document.kind) {
    case 'remote': {
      const { auth, name } = document;
      if (auth.kind === 'none') return [];
      return [auth.kind === 'connection' ? auth.connection : remoteConnectionId(name)];
    }
    case 'openapi':
    case 'code':
      return document.connections;
    default:
      return [];
  }
}
