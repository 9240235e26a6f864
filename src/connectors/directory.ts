import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { Definitions } from '../catalog/definitions.ts';
import { GatehouseError } from '../errors.ts';
import { page } from '../protocol/cursor.ts';
import { isObject, type JsonObject } from '../protocol/message.ts';
import { LIST_ITEMS, type ListMethod, type RoutedMethod } from '../protocol/method.ts';
import { type ClientProfile, completeResult, metaOf, type ServerIdentity } from '../protocol/modern.ts';
import { REVISIONS } from '../protocol/revision.ts';
import { mergeCapabilities, mergeInstructions } from './capabilities.ts';
import type { Connector } from './connector.ts';
import { withDeadline } from './deadline.ts';
import { plainNames, qualifiedNames } from './names.ts';
import { readList } from './read-definitions.ts';
import { ownsUri } from './resource-owner.ts';

const PAGE_SIZE = 500;

const GATEWAY: ServerIdentity = { name: 'gatehouse', title: 'Gatehouse', version: '0.1.0' };

/** How long clients may keep lists. Definitions only change with a deployment, which they are told of. */
const LIST_TTL_MS = 60_000;

/** One server behind an endpoint. */
export interface Upstream {
  readonly connector: Connector;
  readonly definitions: () => Promise<Definitions>;
}

/** Where a routed request goes, and how it reads there. */
export interface Route {
  readonly connector: Connector;
  readonly params: JsonObject;
  /** The tool's definition, where the method calls one. */
  readonly tool?: JsonObject;
}

/**
 * What one endpoint offers: the servers behind it, seen as one. At `/mcp` names carry their server as a
 * prefix; at `/mcp/<server>` they are the server's own.
 */
export class Directory {
  readonly #upstreams: readonly Upstream[];
  readonly #names: typeof plainNames;
  readonly #isAggregate: boolean;
  readonly #listTimeoutMs: number;

  constructor(upstreams: readonly Upstream[], server: string | null, listTimeoutMs: number) {
    this.#upstreams = upstreams;
    this.#names = server === null ? qualifiedNames : plainNames;
    this.#isAggregate = server === null;
    this.#listTimeoutMs = listTimeoutMs;
  }

  get connectors(): readonly Connector[] {
    return this.#upstreams.map(({ connector }) => connector);
  }

  /** The `server/discover` result of the endpoint. */
  async discover(): Promise<JsonObject> {
    const discovered = (await this.#definitions()).map(({ definitions }) => definitions.discovered);
    const instructions = mergeInstructions(discovered);
    const members = {
      supportedVersions: [...REVISIONS],
      capabilities: mergeCapabilities(discovered),
      ...(instructions !== '' && { instructions }),
    };
    return completeResult(members, await this.#identity(), LIST_TTL_MS);
  }

  /**
   * One page of one list, over all servers in the order of their names.
   * @throws GatehouseError `cursor_invalid`.
   */
  async list(method: ListMethod, params: JsonObject, client: ClientProfile): Promise<JsonObject> {
    const all = method === 'resources/list' ? await this.#resources(client) : await this.#defined(method);
    const { items, nextCursor } = page(all, params.cursor, PAGE_SIZE);
    const members = { [LIST_ITEMS[method]]: items, ...(nextCursor !== undefined && { nextCursor }) };
    // A list that users change themselves must be asked for anew.
    return completeResult(members, await this.#identity(), method === 'resources/list' ? 0 : LIST_TTL_MS);
  }

  /**
   * Finds the server that answers a request.
   * @throws GatehouseError `name_unknown`, `resource_not_found`, `params_invalid`.
   */
  async route(method: RoutedMethod, params: JsonObject, client: ClientProfile): Promise<Route> {
    switch (method) {
      case 'tools/call': {
        const found = await this.#named('tools', params.name);
        return { connector: found.connector, params: { ...params, name: found.item.name }, tool: found.item };
      }
      case 'prompts/get': {
        const found = await this.#named('prompts', params.name);
        return { connector: found.connector, params: { ...params, name: found.item.name } };
      }
      case 'resources/read':
        return { connector: await this.#ownerOf(params.uri, client), params };
      case 'completion/complete':
        return this.#completion(params, client);
    }
  }

  /** The server whose resource a URI names. */
  async #ownerOf(uri: unknown, client: ClientProfile): Promise<Connector> {
    if (typeof uri !== 'string') {
      throw new GatehouseError('params_invalid', 'params.uri must be a string.');
    }
    if (this.#upstreams.length === 1 && this.#upstreams[0]) return this.#upstreams[0].connector;
    for (const { connector, definitions } of await this.#definitions()) {
      if (ownsUri(definitions, uri)) return connector;
    }
    const listed = (await this.#listed(client)).find(({ items }) => items.some(item => item.uri === uri));
    if (listed) return listed.connector;
    throw new GatehouseError('resource_not_found', `Resource not found: ${uri}`, { uri });
  }

  async #completion(params: JsonObject, client: ClientProfile): Promise<Route> {
    const ref = isObject(params.ref) ? params.ref : {};
    if (ref.type !== 'ref/prompt') return { connector: await this.#ownerOf(ref.uri, client), params };
    const found = await this.#named('prompts', ref.name);
    return { connector: found.connector, params: { ...params, ref: { ...ref, name: found.item.name } } };
  }

  async #named(kind: 'tools' | 'prompts', name: unknown) {
    if (typeof name !== 'string') throw new GatehouseError('params_invalid', 'The name must be a string.');
    for (const { connector, definitions } of await this.#definitions()) {
      const item = definitions[kind].find(item => this.#names.outer(connector.server, item.name) === name);
      if (item) return { connector, item };
    }
    const what = kind === 'tools' ? 'tool' : 'prompt';
    throw new GatehouseError('name_unknown', `Unknown ${what}: ${name}. See ${kind}/list.`);
  }

  /** Items that are part of a server's definitions, named as the endpoint shows them. */
  async #defined(method: Exclude<ListMethod, 'resources/list'>): Promise<JsonObject[]> {
    const key = LIST_ITEMS[method];
    return (await this.#definitions()).flatMap(({ connector, definitions }) =>
      definitions[key].map(item =>
        key === 'resourceTemplates'
          ? item
          : { ...item, name: this.#names.outer(connector.server, item.name) },
      ),
    );
  }

  /** Resources are a user's own, so each server is asked. A URI that two servers claim is the first's. */
  async #resources(client: ClientProfile): Promise<JsonObject[]> {
    const byUri = new Map<unknown, JsonObject>();
    for (const { items } of await this.#listed(client)) {
      for (const item of items) if (!byUri.has(item.uri)) byUri.set(item.uri, item);
    }
    return [...byUri.values()];
  }

  /** The resources of every server that answers in time: one that is stuck does not hold up the others. */
  async #listed(client: ClientProfile): Promise<{ connector: Connector; items: JsonObject[] }[]> {
    const upstreams = await this.#definitions();
    return withDeadline(this.#listTimeoutMs, undefined, ({ signal }) =>
      settled(
        upstreams.map(async ({ connector, definitions }) => ({
          connector,
          items: await readList(connector, 'resources/list', definitions.discovered, client, signal),
        })),
      ),
    );
  }

  /** At `/mcp` the gateway answers as itself, elsewhere as the one server. */
  async #identity(): Promise<ServerIdentity> {
    const [only] = this.#isAggregate ? [] : await this.#definitions();
    const own = metaOf(only?.definitions.discovered)[SERVER_INFO_META_KEY];
    return isObject(own) ? (own as unknown as ServerIdentity) : GATEWAY;
  }

  /** What each server offers. One that cannot say so now is left out; it must not take the others with it. */
  async #definitions(): Promise<{ connector: Connector; definitions: Definitions }[]> {
    return settled(
      this.#upstreams.map(async ({ connector, definitions }) => ({
        connector,
        definitions: await definitions(),
      })),
    );
  }
}

/** What succeeded, in order. Throws the first failure when nothing did. */
async function settled<Value>(attempts: readonly Promise<Value>[]): Promise<Value[]> {
  const outcomes = await Promise.allSettled(attempts);
  const succeeded = outcomes.filter(outcome => outcome.status === 'fulfilled');
  const failed = outcomes.find(outcome => outcome.status === 'rejected');
  if (failed && succeeded.length === 0) throw failed.reason;
  return succeeded.map(outcome => outcome.value);
}
