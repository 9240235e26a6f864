import { isShown, mergedChanges } from '../catalog/catalog.ts';
import type { Definitions } from '../catalog/definitions.ts';
import type { ToolChanges } from '../catalog/server-document.ts';
import { namesOf } from '../connectors/names.ts';
import type { JsonObject } from '../protocol/message.ts';
import { addedDefinitions, hostedDefinitions } from './known-definitions.ts';
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

/** Whose tools are shown, and how. */
interface Shown {
  readonly server: ListedServer;
  readonly changes: ToolChanges;
  readonly isQualified: boolean;
  readonly exact: Readonly<Record<string, string>>;
}

/**
 * What a server offers now, as far as it is known here without asking a server on the network.
 * @throws GatehouseError where a server of the monorepo cannot say, `artifact_missing`.
 */
export async function shownTools(server: ListedServer, publisher: Publisher): Promise<ShownServer> {
  const behind = await serversBehind(server, publisher);
  const all = await Promise.all(
    behind.map(async shown => ({ shown, definitions: await definitionsOf(shown.server, publisher) })),
  );
  const known = all.flatMap(({ shown, definitions }) => (definitions ? [{ shown, definitions }] : []));
  return {
    tools: known.flatMap(({ shown, definitions }) => toolsOf(shown, definitions)),
    prompts: known.flatMap(({ definitions }) => definitions.prompts),
    resourceTemplates: known.flatMap(({ definitions }) => definitions.resourceTemplates),
    unknown: all.filter(({ definitions }) => !definitions).map(({ shown }) => shown.server.name),
  };
}

async function serversBehind(server: ListedServer, publisher: Publisher): Promise<readonly Shown[]> {
  const document = documentOf(server);
  if (document.kind !== 'virtual')
    return [{ server, changes: document.tools, isQualified: false, exact: {} }];
  const all = new Map((await listedServers(publisher)).map(each => [each.name, each]));
  return document.members.flatMap(({ server: name, tools }) => {
    const member = all.get(name);
    const own = member && documentOf(member);
    if (!member?.isEnabled || !own || own.kind === 'virtual') return [];
    const exact = tools.rename ?? {};
    return [{ server: member, changes: mergedChanges(own.tools, tools), isQualified: true, exact }];
  });
}

async function definitionsOf(
  { hosted, entry }: ListedServer,
  publisher: Publisher,
): Promise<Definitions | null> {
  if (hosted) return hostedDefinitions(hosted, publisher);
  return entry && addedDefinitions(entry, publisher);
}

function toolsOf(
  { server, changes, isQualified, exact }: Shown,
  { tools }: Definitions,
): readonly ShownTool[] {
  const names = namesOf({ server: server.name, isQualified, rename: changes.rename ?? {}, exact });
  return tools.map(definition => {
    const name = String(definition.name);
    const shownAs = isShown(changes, name) ? names.outer('tools', name) : null;
    return { server: server.name, name, shownAs, definition };
  });
}
