import { resourceFlaw } from '../catalog/pins/flaw.ts';
import { withVisibleTexts } from '../catalog/pins/hidden-text.ts';
import type { JsonObject } from '../protocol/message.ts';
import { claimsUri, type MatchingBudget, matchingBudget } from './resource-claims.ts';
import type { ReadyUpstream } from './upstream.ts';

/** The resources that one server lists, for one client. */
export interface Listed extends Pick<ReadyUpstream, 'connector'> {
  readonly items: readonly JsonObject[];
}

/** A URI, with what each server says of it that lists it, by the server's name. */
export type ListedUri = readonly [uri: string, byServer: ReadonlyMap<string, JsonObject>];

/** What can be shown of several servers' resources, and a sentence for each server of which some cannot. */
export interface ShownResources {
  readonly items: readonly JsonObject[];
  readonly notes: Readonly<Record<string, string>>;
}

/** What an example may be long, in a note. */
const EXAMPLE_LENGTH = 200;

/** The URIs of several servers' lists in their order; of one that a server lists twice, the first counts. */
export function listedUris(lists: readonly Listed[]): ListedUri[] {
  const byUri = new Map<string, Map<string, JsonObject>>();
  for (const { connector, items } of lists) {
    for (const item of items) {
      const uri = String(item.uri);
      const byServer = byUri.get(uri) ?? new Map<string, JsonObject>();
      if (!byServer.has(connector.server)) byServer.set(connector.server, item);
      byUri.set(uri, byServer);
    }
  }
  return [...byUri];
}

/**
 * What is shown of some URIs: each once, as its owner lists it, and what is hidden in its texts left out.
 * @param others whose templates count.
 */
export function shownResources(
  uris: readonly ListedUri[],
  others: readonly Pick<ReadyUpstream, 'connector' | 'definitions'>[],
): ShownResources {
  const budget = matchingBudget();
  const items: JsonObject[] = [];
  const reasons: [server: string, why: string][] = [];
  for (const [uri, byServer] of uris) {
    const owner = ownerOf(uri, byServer, others, budget);
    for (const [server, item] of byServer) {
      const why = server === owner ? resourceFlaw(item) : claimedToo(uri, server);
      if (why === null) items.push(withVisibleTexts(item));
      else reasons.push([server, why]);
    }
  }
  return { items, notes: notesOf(reasons) };
}

/** Whose a listed URI is: the one's whose template makes it, where none does the one's that lists it; null where it is nobody's. */
function ownerOf(
  uri: string,
  byServer: ReadonlyMap<string, JsonObject>,
  others: readonly Pick<ReadyUpstream, 'connector' | 'definitions'>[],
  budget: MatchingBudget,
): string | null {
  const makers = others.filter(({ definitions }) => claimsUri(definitions, uri, budget));
  const claimants =
    makers.length > 0 ? makers.map(({ connector }) => connector.server) : [...byServer.keys()];
  const [only, another] = claimants;
  return only === undefined || another !== undefined ? null : only;
}

function claimedToo(uri: string, server: string): string {
  return `Another server has ${uri.slice(0, EXAMPLE_LENGTH)} too; this one's is at /mcp/${server}.`;
}

/** A sentence or two for each server: how many are left out, and why the first of them is. */
function notesOf(reasons: readonly (readonly [server: string, why: string])[]): Record<string, string> {
  const byServer = Map.groupBy(reasons, ([server]) => server);
  const notes = [...byServer].map(([server, all]) => [
    server,
    `Resources of it that are left out here: ${all.length}. ${all[0]?.[1]}`,
  ]);
  return Object.fromEntries(notes);
}
