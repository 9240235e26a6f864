import { GatehouseError } from '../errors.ts';
import type { ServerKind, ToolChanges } from './server-document.ts';

/** One server on offer. How it is reached is the connector's business. */
export interface ServerEntry {
  /** Its path under `/mcp/` and the prefix of its names at `/mcp`. */
  readonly name: string;
  readonly kind: Exclude<ServerKind, 'virtual'>;
  readonly title: string;
  readonly description: string;
  /** The version that its tools are pinned to: a digest of all that makes them. */
  readonly codeHash: string;
  /** The connections that its tools may use, by id. */
  readonly connections: readonly string[];
  /** How its tools are shown. */
  readonly tools: ToolChanges;
  /** How long a call may take, in milliseconds; null for CALL_TIMEOUT_MS. */
  readonly callTimeoutMs: number | null;
}

/** Tools of several servers under one name. */
export interface VirtualServer {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly members: readonly { readonly server: string; readonly tools: ToolChanges }[];
}

/** All that somebody's organisation has on offer, each list in the order of its names, which is the order of every list. */
export interface Offer<Entry extends ServerEntry = ServerEntry> {
  readonly servers: readonly Entry[];
  readonly virtual: readonly VirtualServer[];
}

/** A server, as far as it matters where it is shown. */
type Placeable = Pick<ServerEntry, 'name' | 'tools'>;

/** A server behind an endpoint, as it is shown there. */
export interface Placed<Entry extends Placeable = ServerEntry> {
  readonly entry: Entry;
  readonly tools: ToolChanges;
  /** Whether names carry their server as a prefix. Names of `renamed` tools are as they are. */
  readonly isQualified: boolean;
  /** The tools, by their own names, that an operator has named for this very endpoint. */
  readonly exactNames: Readonly<Record<string, string>>;
}

/** Puts servers in the order of their names. */
export function byName<Named extends { readonly name: string }>(entries: readonly Named[]): readonly Named[] {
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The servers behind one endpoint: the named one, those of a virtual one, or all of them where `name` is null.
 * @throws GatehouseError `server_unknown`.
 */
export function serversAt<Entry extends ServerEntry>(
  offer: Offer<Entry>,
  name: string | null,
): readonly Placed<Entry>[] {
  if (name === null) return offer.servers.map(entry => ({ ...atItself(entry), isQualified: true }));
  const own = offer.servers.filter(entry => entry.name === name);
  if (own.length > 0) return own.map(atItself);
  const virtual = offer.virtual.find(each => each.name === name);
  if (virtual) return membersAmong(offer.servers, virtual.members);
  throw unknownServer(name, [...offer.servers, ...offer.virtual]);
}

/** A server at the endpoint of its own. */
export function atItself<Entry extends Placeable>(entry: Entry): Placed<Entry> {
  return { entry, tools: entry.tools, isQualified: false, exactNames: {} };
}

/** The members of a virtual server that are there. What the operator has said of a server's tools goes for all endpoints. */
export function membersAmong<Entry extends Placeable>(
  servers: readonly Entry[],
  members: VirtualServer['members'],
): readonly Placed<Entry>[] {
  return members.flatMap(({ server, tools }) =>
    servers
      .filter(({ name }) => name === server)
      .map(entry => ({
        entry,
        tools: mergedChanges(entry.tools, tools),
        isQualified: true,
        exactNames: tools.rename ?? {},
      })),
  );
}

/** Changes on top of changes: what either hides is hidden, and of what both say the latter goes. */
export function mergedChanges(first: ToolChanges, then: ToolChanges): ToolChanges {
  const only =
    first.only && then.only
      ? then.only.filter(name => first.only?.includes(name))
      : (then.only ?? first.only);
  return {
    ...(only && { only }),
    except: [...(first.except ?? []), ...(then.except ?? [])],
    rename: { ...first.rename, ...then.rename },
    describe: { ...first.describe, ...then.describe },
  };
}

/** Whether changes leave a tool, by the server's own name of it, to be seen. */
export function isShown({ only, except }: ToolChanges, name: string): boolean {
  return (only === undefined || only.includes(name)) && !except?.includes(name);
}

function unknownServer(name: string, there: readonly { readonly name: string }[]): GatehouseError {
  const names = byName(there)
    .map(each => each.name)
    .join(', ');
  return new GatehouseError(
    'server_unknown',
    `There is no server "${name}". The servers here are: ${names}.`,
  );
}
