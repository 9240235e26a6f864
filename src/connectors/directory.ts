import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import { GatehouseError } from '../errors.ts';
import { isGranted, serverScope } from '../grants/scopes.ts';
import { page } from '../protocol/cursor.ts';
import { isObject, type JsonObject } from '../protocol/message.ts';
import { LIST_ITEMS, type ListMethod, type RoutedMethod } from '../protocol/method.ts';
import { type ClientProfile, completeResult, metaOf, type ServerIdentity } from '../protocol/modern.ts';
import { REVISIONS } from '../protocol/revision.ts';
import { routedParams } from '../protocol/routed-params.ts';
import { mergeCapabilities, mergeInstructions, withListChanges } from './capabilities.ts';
import type { Connector } from './connector.ts';
import { discoveryInstructions, discoveryList, discoveryRoute, hasTooMany } from './discovery/discovery.ts';
import { isDiscoveryTool } from './discovery/discovery-tools.ts';
import { followable } from './followable.ts';
import { type Gathered, gather } from './gather.ts';
import { findNamed, namedItems, placedItems } from './named-items.ts';
import type { NamedKind } from './names.ts';
import { type ListPage, Resources } from './resources.ts';
import type { Route } from './route.ts';
import type { ReadyUpstream, Upstream } from './upstream.ts';

const PAGE_SIZE = 500;

const GATEWAY: ServerIdentity = { name: 'gatehouse', title: 'Gatehouse', version: '0.1.0' };

/** How long clients may keep lists of what only operators change: they want to see their changes take effect within seconds. */
const LIST_TTL_MS = 5000;

/** Where programs find, in a list's `_meta`, which servers are missing from it or shown as they were before: a sentence for each. */
export const UNAVAILABLE_META_KEY = 'gatehouse/unavailable';

/** What a server may turn out to offer that could not be asked: a session of a 2025 revision cannot learn of it later. */
const POSSIBLE = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true },
};

/**
 * What one endpoint offers: the servers behind it, seen as one. At `/mcp` names carry their server as a
 * prefix; at `/mcp/<server>` they are the server's own. None is waited for longer than LIST_TIMEOUT_MS.
 */
export class Directory {
  readonly #upstreams: () => Promise<readonly Upstream[]>;
  readonly #isAggregate: boolean;
  readonly #resources: Resources;
  readonly #listTimeoutMs: number;
  readonly #maxListedTools: number;

  /**
   * @param upstreams the servers behind the endpoint, as they are now: an operator may change them at any time.
   * @param isAggregate whether the gateway answers as itself, or as the one server.
   * @param maxListedTools how many tools are listed; where there are more, they are searched (`discovery`).
   */
  constructor(
    upstreams: () => Promise<readonly Upstream[]>,
    isAggregate: boolean,
    listTimeoutMs: number,
    maxListedTools = Number.POSITIVE_INFINITY,
  ) {
    this.#maxListedTools = maxListedTools;
    this.#upstreams = upstreams;
    this.#isAggregate = isAggregate;
    this.#listTimeoutMs = listTimeoutMs;
    this.#resources = new Resources(upstreams, !isAggregate, listTimeoutMs);
  }

  /** The servers that the caller may be told something of. */
  async connectors(): Promise<readonly Connector[]> {
    return followable(await this.#upstreams(), this.#listTimeoutMs);
  }

  /** The servers that a token's scopes allow to read from. */
  async readable(scopes: readonly string[]): Promise<readonly Connector[]> {
    return (await this.connectors()).filter(mayRead(scopes));
  }

  /** The `server/discover` result of the endpoint. */
  async discover(): Promise<JsonObject> {
    const gathered = await this.#ready();
    const discovered = gathered.values.map(({ definitions }) => definitions.discovered);
    const more = this.#hasTooMany(gathered) ? [{ instructions: discoveryInstructions(gathered.values) }] : [];
    const instructions = mergeInstructions([...more, ...discovered]);
    const unavailable = unavailableIn(gathered);
    const isMissing = Object.keys(unavailable).length > 0;
    const members = {
      supportedVersions: [...REVISIONS],
      capabilities: withListChanges(
        mergeCapabilities([...discovered, ...(isMissing ? [{ capabilities: POSSIBLE }] : [])]),
      ),
      ...(instructions !== '' && { instructions }),
    };
    return this.#listed(members, LIST_TTL_MS, unavailable);
  }

  /**
   * One page of one list, over all servers in the order of their names. Definitions are nobody's, so they are shown
   * whatever is granted; resources are the user's own, and only those that may be read. What is missing is noted in `_meta`.
   * @param scopes what the caller's token grants.
   * @throws GatehouseError `cursor_invalid`.
   */
  async list(
    method: ListMethod,
    params: JsonObject,
    client: ClientProfile,
    scopes: readonly string[],
  ): Promise<JsonObject> {
    const isOwn = method === 'resources/list';
    const { cursor } = params;
    const { items, nextCursor, unavailable } = isOwn
      ? await this.#resources.list(client, mayRead(scopes), cursor, PAGE_SIZE)
      : await this.#defined(method, cursor);
    const members = { [LIST_ITEMS[method]]: items, ...(nextCursor !== undefined && { nextCursor }) };
    // A list that users change themselves must be asked for anew.
    return this.#listed(members, isOwn ? 0 : LIST_TTL_MS, unavailable);
  }

  /**
   * Finds the server that answers a request.
   * @throws GatehouseError `name_unknown`, `definition_unapproved`, `resource_not_found`, `params_invalid`; or why the server
   *   could not say what it offers.
   */
  async route(method: RoutedMethod, asked: JsonObject, client: ClientProfile): Promise<Route> {
    const params = routedParams(method, asked);
    switch (method) {
      case 'tools/call':
        return this.#calledTool(params);
      case 'prompts/get': {
        const { connector, item } = await this.#named('prompts', params.name);
        return { connector, params: { ...params, name: item.name } };
      }
      case 'resources/read':
        return { connector: await this.#resources.ownerOf(requireUri(params.uri), client), params };
      case 'completion/complete':
        return this.#completion(params, client);
    }
  }

  /**
   * The server whose resource a URI names.
   * @throws GatehouseError `resource_not_found`, or why its owner could not be asked.
   */
  ownerOf(uri: string, client: ClientProfile): Promise<Connector> {
    return this.#resources.ownerOf(uri, client);
  }

  /** The servers of several resources, each with its own. What is nobody's, or nobody's any more, is left out. */
  ownersOf(uris: readonly string[], client: ClientProfile): Promise<Map<Connector, string[]>> {
    return this.#resources.ownersOf(uris, client);
  }

  async #calledTool(params: JsonObject): Promise<Route> {
    const { name } = params;
    if (isDiscoveryTool(name) && !(await this.#isTheirs(name))) {
      const find = (inner: string) => this.#named('tools', inner);
      return discoveryRoute({ ...params, name }, { find, all: () => this.#ready() });
    }
    const { connector, item } = await this.#named('tools', name);
    return { connector, params: { ...params, name: item.name }, tool: item };
  }

  /** Whether a name of the gateway's own tools is a server's, which it can be only as long as all tools are listed. */
  async #isTheirs(name: string): Promise<boolean> {
    const { values } = await this.#ready(({ names }) => names.mayBe('tools', name));
    const isThere = placedItems(values, 'tools').some(item => item.name === name);
    return isThere && !this.#hasTooMany(await this.#ready());
  }

  #hasTooMany({ values }: Gathered<ReadyUpstream>): boolean {
    return hasTooMany(values, this.#maxListedTools);
  }

  async #completion(params: JsonObject, client: ClientProfile): Promise<Route> {
    const ref = isObject(params.ref) ? params.ref : {};
    if (ref.type !== 'ref/prompt') {
      return { connector: await this.#resources.ownerOf(requireUri(ref.uri), client), params };
    }
    const { connector, item } = await this.#named('prompts', ref.name);
    return { connector, params: { ...params, ref: { ...ref, name: item.name } } };
  }

  /** Asks only the servers whose name it may be: a call waits for no other. */
  async #named(kind: NamedKind, name: unknown) {
    if (typeof name !== 'string') throw new GatehouseError('params_invalid', 'The name must be a string.');
    const { values } = await this.#ready(({ names }) => names.mayBe(kind, name));
    return findNamed(values, kind, name);
  }

  /** Items that are part of a server's definitions, named as the endpoint shows them. */
  async #defined(method: Exclude<ListMethod, 'resources/list'>, cursor: unknown): Promise<ListPage> {
    const gathered = await this.#ready();
    const key = LIST_ITEMS[method];
    const unavailable = unavailableIn(gathered);
    if (key === 'tools' && this.#hasTooMany(gathered)) {
      return { ...page(discoveryList(), cursor, PAGE_SIZE), unavailable };
    }
    const items =
      key === 'resourceTemplates'
        ? gathered.values.flatMap(({ definitions }) => definitions.resourceTemplates)
        : namedItems(gathered.values, key);
    return { ...page(items, cursor, PAGE_SIZE), unavailable };
  }

  /** For several servers the gateway answers as itself, elsewhere as the one server. */
  async identity(): Promise<ServerIdentity> {
    const [only, another] = this.#isAggregate ? [] : (await this.#ready()).values;
    if (another) return GATEWAY;
    const own = metaOf(only?.definitions.discovered)[SERVER_INFO_META_KEY];
    return isObject(own) ? (own as unknown as ServerIdentity) : GATEWAY;
  }

  /** A list of what there is. One that lacks something, or shows what was, is to be asked for again. */
  async #listed(
    members: JsonObject,
    ttlMs: number,
    unavailable: Gathered<unknown>['unavailable'],
  ): Promise<JsonObject> {
    const isPartial = Object.keys(unavailable).length > 0;
    const noted = isPartial ? { ...members, _meta: { [UNAVAILABLE_META_KEY]: unavailable } } : members;
    return completeResult(noted, await this.identity(), isPartial ? 0 : ttlMs);
  }

  /** What each server offers. One that cannot say so now is left out; it must not take the others with it. */
  async #ready(isWanted: (upstream: Upstream) => boolean = () => true): Promise<Gathered<ReadyUpstream>> {
    const wanted = (await this.#upstreams()).filter(isWanted);
    return gather(wanted, this.#listTimeoutMs, async ({ definitions, ...upstream }) => ({
      ...upstream,
      definitions: await definitions(),
    }));
  }
}

/** Which servers could not say what they offer now, those too that are shown as they were. */
function unavailableIn({ values, unavailable }: Gathered<ReadyUpstream>): Gathered<unknown>['unavailable'] {
  const shown = values.flatMap(({ connector, definitions: { note } }) =>
    note ? [[connector.server, note]] : [],
  );
  return { ...unavailable, ...Object.fromEntries(shown) };
}

/** Whether a server may be read from. */
function mayRead(scopes: readonly string[]): (connector: Connector) => boolean {
  return ({ server }) => isGranted(scopes, serverScope(server, 'read'));
}

function requireUri(uri: unknown): string {
  if (typeof uri === 'string') return uri;
  throw new GatehouseError('params_invalid', 'The uri must be a string.');
}
