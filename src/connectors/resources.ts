import { UriTemplate } from '@modelcontextprotocol/server';
import type { Definitions } from '../catalog/definitions.ts';
import { GatehouseError } from '../errors.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector } from './connector.ts';
import { withDeadline } from './deadline.ts';
import { readList } from './read-definitions.ts';
import { type ReadyUpstream, type Settled, settle } from './upstream.ts';

/** The resources of one server, for one client. */
interface Listed {
  readonly connector: Connector;
  readonly items: readonly JsonObject[];
}

/**
 * The resources of several servers. They are a user's own, so each server is asked, all within one deadline: one that
 * is stuck does not hold up the others.
 */
export class Resources {
  readonly #upstreams: () => Promise<Settled<ReadyUpstream>>;
  readonly #isSingle: boolean;
  readonly #timeoutMs: number;

  constructor(upstreams: () => Promise<Settled<ReadyUpstream>>, isSingle: boolean, timeoutMs: number) {
    this.#upstreams = upstreams;
    this.#isSingle = isSingle;
    this.#timeoutMs = timeoutMs;
  }

  /** Those of the wanted servers, in the order of the servers. A URI that two servers claim is the first's. */
  async list(client: ClientProfile, isWanted: (connector: Connector) => boolean): Promise<JsonObject[]> {
    const byUri = new Map<unknown, JsonObject>();
    for (const { items } of (await this.#listed(client, isWanted)).values) {
      for (const item of items) if (!byUri.has(item.uri)) byUri.set(item.uri, item);
    }
    return [...byUri.values()];
  }

  /**
   * The server whose resource a URI names: by its templates, else by what it lists.
   * @throws GatehouseError `resource_not_found`; or why a server could not say, since it might be that one's.
   */
  ownerOf(uri: string, client: ClientProfile): Promise<Connector> {
    return this.#ownerOf(uri, () => this.#listed(client));
  }

  /**
   * The servers of several resources, each with its own; for what they list they are asked once for all.
   * What is nobody's, or nobody's any more, is left out.
   */
  async ownersOf(uris: readonly string[], client: ClientProfile): Promise<Map<Connector, string[]>> {
    let listed: Promise<Settled<Listed>> | undefined;
    const listedOnce = () => {
      listed ??= this.#listed(client);
      return listed;
    };
    const owned = await Promise.allSettled(
      uris.map(async uri => ({ uri, owner: await this.#ownerOf(uri, listedOnce) })),
    );
    const owners = new Map<Connector, string[]>();
    for (const outcome of owned) {
      if (outcome.status === 'rejected') continue;
      const { uri, owner } = outcome.value;
      owners.set(owner, [...(owners.get(owner) ?? []), uri]);
    }
    return owners;
  }

  async #ownerOf(uri: string, listed: () => Promise<Settled<Listed>>): Promise<Connector> {
    const ready = await this.#upstreams();
    const [only] = ready.values;
    if (only && this.#isSingle) return only.connector;
    const byTemplate = ready.values.find(({ definitions }) => ownsUri(definitions, uri));
    if (byTemplate) return byTemplate.connector;
    const { values, failure } = await listed();
    const byList = values.find(({ items }) => items.some(item => item.uri === uri));
    if (byList) return byList.connector;
    const notFound = new GatehouseError('resource_not_found', `Resource not found: ${uri}`, { uri });
    throw failure ?? ready.failure ?? notFound;
  }

  #listed(
    client: ClientProfile,
    isWanted: (connector: Connector) => boolean = () => true,
  ): Promise<Settled<Listed>> {
    return withDeadline(this.#timeoutMs, undefined, async ({ signal }) =>
      settle(
        (await this.#wanted(isWanted)).map(async ({ connector, definitions }) => ({
          connector,
          items: await readList(connector, 'resources/list', definitions.discovered, client, signal),
        })),
      ),
    );
  }

  async #wanted(isWanted: (connector: Connector) => boolean): Promise<readonly ReadyUpstream[]> {
    return (await this.#upstreams()).values.filter(({ connector }) => isWanted(connector));
  }
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
