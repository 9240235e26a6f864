import { UriTemplate } from '@modelcontextprotocol/server';
import type { Definitions } from '../catalog/definitions.ts';
import { GatehouseError } from '../errors.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector } from './connector.ts';
import { type Ask, askAll, type Gathered, gather } from './gather.ts';
import { readList } from './read-definitions.ts';
import type { Upstream } from './upstream.ts';

/** The resources of one server, for one client. */
interface Listed {
  readonly connector: Connector;
  readonly items: readonly JsonObject[];
}

/** Resources of several servers, with why some are missing. */
export type ListedResources = Pick<Gathered<unknown>, 'unavailable'> & {
  readonly items: readonly JsonObject[];
};

/** What servers have answered to one question, or will; none is asked twice. */
type Asked<Value> = () => readonly Promise<Value>[];

/**
 * The resources of several servers. They are a user's own, so each server is asked, all within one deadline: one that
 * is stuck does not hold up the others.
 */
export class Resources {
  readonly #upstreams: () => Promise<readonly Upstream[]>;
  readonly #isSingle: boolean;
  readonly #timeoutMs: number;

  constructor(upstreams: () => Promise<readonly Upstream[]>, isSingle: boolean, timeoutMs: number) {
    this.#upstreams = upstreams;
    this.#isSingle = isSingle;
    this.#timeoutMs = timeoutMs;
  }

  /** Those of the wanted servers, in the order of the servers. A URI that two servers claim is the first's. */
  async list(client: ClientProfile, isWanted: (connector: Connector) => boolean): Promise<ListedResources> {
    const wanted = (await this.#upstreams()).filter(({ connector }) => isWanted(connector));
    const { values, unavailable } = await gather(wanted, this.#timeoutMs, listing(client));
    const byUri = new Map<unknown, JsonObject>();
    for (const { items } of values) {
      for (const item of items) if (!byUri.has(item.uri)) byUri.set(item.uri, item);
    }
    return { items: [...byUri.values()], unavailable };
  }

  /**
   * The server whose resource a URI names: by its templates, else by what it lists. It is the first of those that claim it, so those
   * before it are waited for, and those after it are not.
   * @throws GatehouseError `resource_not_found`; or why a server could not say, since it might be that one's.
   */
  async ownerOf(uri: string, client: ClientProfile): Promise<Connector> {
    const upstreams = await this.#upstreams();
    return this.#ownerOf(uri, upstreams, this.#templates(upstreams), this.#lists(upstreams, client));
  }

  /**
   * The servers of several resources, each with its own; for what they list they are asked once for all.
   * What is nobody's, or nobody's any more, is left out.
   */
  async ownersOf(uris: readonly string[], client: ClientProfile): Promise<Map<Connector, string[]>> {
    const upstreams = await this.#upstreams();
    const [templates, lists] = [this.#templates(upstreams), this.#lists(upstreams, client)];
    const owned = await Promise.allSettled(
      uris.map(async uri => ({ uri, owner: await this.#ownerOf(uri, upstreams, templates, lists) })),
    );
    const owners = new Map<Connector, string[]>();
    for (const outcome of owned) {
      if (outcome.status === 'rejected') continue;
      const { uri, owner } = outcome.value;
      owners.set(owner, [...(owners.get(owner) ?? []), uri]);
    }
    return owners;
  }

  async #ownerOf(
    uri: string,
    upstreams: readonly Upstream[],
    templates: Asked<Definitions>,
    lists: Asked<Listed>,
  ): Promise<Connector> {
    const [only, another] = upstreams;
    if (only && !another && this.#isSingle) return only.connector;
    const byTemplate = await firstOf(templates(), definitions => ownsUri(definitions, uri));
    if (byTemplate.index >= 0) return (upstreams[byTemplate.index] as Upstream).connector;
    const byList = await firstOf(lists(), ({ items }) => items.some(item => item.uri === uri));
    if (byList.index >= 0) return (upstreams[byList.index] as Upstream).connector;
    const notFound = new GatehouseError('resource_not_found', `Resource not found: ${uri}`, { uri });
    throw byList.failure ?? byTemplate.failure ?? notFound;
  }

  #templates(upstreams: readonly Upstream[]): Asked<Definitions> {
    return once(() => askAll(upstreams, this.#timeoutMs, ({ definitions }) => definitions()));
  }

  #lists(upstreams: readonly Upstream[], client: ClientProfile): Asked<Listed> {
    return once(() => askAll(upstreams, this.#timeoutMs, listing(client)));
  }
}

/** Asks a server for all of its resources. */
function listing(client: ClientProfile): Ask<Listed> {
  return async ({ connector, definitions }, signal) => {
    const { discovered } = await definitions();
    return { connector, items: await readList(connector, 'resources/list', discovered, client, signal) };
  };
}

/** The place of the first answer that fits, -1 for none, and the first failure among those before it. */
async function firstOf<Value>(
  answers: readonly Promise<Value>[],
  fits: (value: Value) => boolean,
): Promise<{ readonly index: number; readonly failure: unknown }> {
  let failure: unknown;
  for (const [index, answer] of answers.entries()) {
    try {
      if (fits(await answer)) return { index, failure };
    } catch (error) {
      failure ??= error;
    }
  }
  return { index: -1, failure };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Whether a URI is one of a server's: made by one of its templates, or the template itself. */
export function ownsUri({ resourceTemplates }: Definitions, uri: string): boolean {
  return resourceTemplates.some(
    ({ uriTemplate }) =>
      uriTemplate === uri || (typeof uriTemplate === 'string' && matches(uriTemplate, uri)),
  );
}

function matches(template: string, uri: string): boolean {
  try {
    return new UriTemplate(template).match(uri) !== null;
  } catch {
    return false;
  }
}
