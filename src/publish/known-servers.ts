import { isShown, type Placed } from '../catalog/catalog.ts';
import type { Definitions } from '../catalog/definitions.ts';
import type { ToolChanges } from '../catalog/server-document.ts';
import { namesAt } from '../connectors/names.ts';
import type { JsonObject } from '../protocol/message.ts';
import { addedDefinitions, hostedDefinitions } from './known-definitions.ts';
import { documentOf, type ListedServer } from './listed-servers.ts';
import type { Publisher } from './publisher.ts';

/** A server that is not virtual, with what it is known to offer. */
export interface KnownServer {
  readonly name: string;
  /** What its own document says of its tools. */
  readonly tools: ToolChanges;
  /** As the server defines them; null where nobody has asked it yet. */
  readonly definitions: Definitions | null;
}

/**
 * What servers offer now, as far as it is known here without asking one on the network.
 * @throws GatehouseError where a server of the monorepo cannot say, `artifact_missing`.
 */
export function knownServers(
  servers: readonly ListedServer[],
  publisher: Publisher,
): Promise<readonly KnownServer[]> {
  return Promise.all(servers.map(server => knownServer(server, publisher)));
}

/** One of {@link knownServers}. */
export async function knownServer(server: ListedServer, publisher: Publisher): Promise<KnownServer> {
  const document = documentOf(server);
  if (document.kind === 'virtual') throw new Error(`"${server.name}" offers nothing itself`);
  return { name: server.name, tools: document.tools, definitions: await definitionsOf(server, publisher) };
}

/** What a tool of a server is called where that is shown; null where the tool is hidden. */
export function shownName(placed: Placed<KnownServer>, tool: JsonObject): string | null {
  return isShown(placed.tools, String(tool.name)) ? namesAt(placed).outer('tools', tool.name) : null;
}

async function definitionsOf(
  { hosted, entry }: ListedServer,
  publisher: Publisher,
): Promise<Definitions | null> {
  if (hosted) return hostedDefinitions(hosted, publisher);
  return entry && addedDefinitions(entry, publisher);
}
