import { atItself, membersAmong, type Placed } from '../catalog/catalog.ts';
import type { JsonObject } from '../protocol/message.ts';
import { type KnownServer, knownServer, knownServers, shownName } from './known-servers.ts';
import { documentOf, type ListedServer, listedServers } from './listed-servers.ts';
import type { Publisher } from './publisher.ts';

/** A tool of a server, as it is and as it is shown. */
export interface ShownTool {
  /** The server that has it. */
  readonly server: string;
  /** The server's own name of it. */
  readonly name: string;
  /** Its name at the endpoint `/mcp/<server>`; null where it is hidden. */
  readonly shownAs: string | null;
  /** As the server defines it. */
  readonly definition: JsonObject;
}

/** What a server is known to offer now. */
export interface ShownServer {
  readonly tools: readonly ShownTool[];
  readonly prompts: readonly JsonObject[];
  readonly resourceTemplates: readonly JsonObject[];
  /** The servers among those behind it of which it is not known. */
  readonly unknown: readonly string[];
}

/**
 * What a server offers now, as far as it is known here without asking a server on the network.
 * @throws GatehouseError where a server of the monorepo cannot say, `artifact_missing`.
 */
export async function shownTools(server: ListedServer, publisher: Publisher): Promise<ShownServer> {
  const behind = await serversBehind(server, publisher);
  const definitions = behind.flatMap(({ entry }) => entry.definitions ?? []);
  return {
    tools: behind.flatMap(toolsOf),
    prompts: definitions.flatMap(({ prompts }) => prompts),
    resourceTemplates: definitions.flatMap(({ resourceTemplates }) => resourceTemplates),
    unknown: behind.filter(({ entry }) => !entry.definitions).map(({ entry }) => entry.name),
  };
}

async function serversBehind(
  server: ListedServer,
  publisher: Publisher,
): Promise<readonly Placed<KnownServer>[]> {
  const document = documentOf(server);
  if (document.kind !== 'virtual') return [atItself(await knownServer(server, publisher))];
  const wanted = new Set(document.members.map(member => member.server));
  const there = (await listedServers(publisher)).filter(
    ({ name, kind, isEnabled }) => wanted.has(name) && kind !== 'virtual' && isEnabled,
  );
  return membersAmong(await knownServers(there, publisher), document.members);
}

function toolsOf(placed: Placed<KnownServer>): readonly ShownTool[] {
  const { name: server, definitions } = placed.entry;
  return (definitions?.tools ?? []).map(definition => ({
    server,
    name: String(definition.name),
    shownAs: shownName(placed, definition),
    definition,
  }));
}
