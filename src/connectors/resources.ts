import type { Definitions } from '../catalog/definitions.ts';
import { GatehouseError } from '../errors.ts';
import { type Page, page } from '../protocol/cursor.ts';
import { isObject, type JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector } from './connector.ts';
import { type Ask, askAll, type Gathered, gather } from './gather.ts';
import { readList } from './read-definitions.ts';
import { claimants, claimsUri, type MatchingBudget, matchingBudget, theOnly } from './resource-claims.ts';
import { type Listed, listedUris, shownResources } from './shown-resources.ts';
import type { Upstream } from './upstream.ts';

/** A page of resources of several servers, with why some are missing. */
export type ListPage = Page<JsonObject> & Pick<Gathered<unknown>, 'unavailable'>;

/** What servers have answered to one question, or will; none is asked twice. */
interface Question {
  readonly upstreams: readonly Upstream[];
  readonly templates: () => readonly Promise<Definitions>[];
  readonly lists: () => readonly Promise<Listed>[];
  readonly budget: MatchingBudget;
}

/**
 * The resources of several servers. They are a user's own, so each server is asked, all within one deadline: one that is stuck does not
 * hold up the others. A URI is the server's whose template makes it; where none does, the server's that lists it. What two claim in the
 * same way is nobody's: so no server gets what is meant for another.
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

  /**
   * A page of those of the wanted servers, in the order of the servers. The templates of all count.
   * @throws GatehouseError `cursor_invalid`; or why nobody could say.
   */
  async list(
    client: ClientProfile,
    isWanted: (connector: Connector) => boolean,
    cursor: unknown,
    pageSize: number,
  ): Promise<ListPage> {
    const upstreams = await this.#upstreams();
    const wanted = upstreams.filter(({ connector }) => isWanted(connector));
    const [others, lists] = await Promise.all([
      this.#offering(upstreams),
      gather(wanted, this.#timeoutMs, listing(client)),
    ]);
    const { items: uris, nextCursor } = page(listedUris(lists.values), cursor, pageSize);
    const { items, notes } = shownResources(uris, others);
    const unavailable = { ...lists.unavailable, ...notes };
    return { items, unavailable, ...(nextCursor !== undefined && { nextCursor }) };
  }

  /**
   * The server whose resource a URI names. All are waited for, since two may claim it.
   * @throws GatehouseError `resource_not_found`, also where two claim it; or why a server could not say, since it might be that one's.
   */
  async ownerOf(uri: string, client: ClientProfile): Promise<Connector> {
    return this.#ownerOf(uri, await this.#question(client));
  }

  /**
   * The servers of several resources, each with its own; for what they list they are asked once for all.
   * What is nobody's, or nobody's any more, is left out.
   */
  async ownersOf(uris: readonly string[], client: ClientProfile): Promise<Map<Connector, string[]>> {
    const question = await this.#question(client);
    const owned = await Promise.allSettled(
      uris.map(async uri => ({ uri, owner: await this.#ownerOf(uri, question) })),
    );
    const owners = new Map<Connector, string[]>();
    for (const outcome of owned) {
      if (outcome.status === 'rejected') continue;
      const { uri, owner } = outcome.value;
      owners.set(owner, [...(owners.get(owner) ?? []), uri]);
    }
    return owners;
  }

  async #ownerOf(uri: string, { upstreams, templates, lists, budget }: Question): Promise<Connector> {
    const [only, another] = upstreams;
    if (only && !another && this.#isSingle) return only.connector;
    const byTemplate = await claimants(upstreams, templates(), offered => claimsUri(offered, uri, budget));
    if (byTemplate.servers.length > 0) return theOnly(byTemplate.servers, uri);
    const byList = await claimants(upstreams, lists(), ({ items }) => items.some(item => item.uri === uri));
    if (byList.servers.length > 0) return theOnly(byList.servers, uri);
    const notFound = new GatehouseError('resource_not_found', `Resource not found: ${uri}`, { uri });
    throw byList.failure ?? byTemplate.failure ?? notFound;
  }

  async #question(client: ClientProfile): Promise<Question> {
    const upstreams = await this.#upstreams();
    return {
      upstreams,
      templates: once(() => this.#templates(upstreams)),
      lists: once(() => askAll(upstreams, this.#timeoutMs, listing(client))),
      budget: matchingBudget(),
    };
  }

  #templates(upstreams: readonly Upstream[]): readonly Promise<Definitions>[] {
    return askAll(upstreams, this.#timeoutMs, ({ definitions }) => definitions());
  }

  /** What other servers than one on its own offer, of those that can say it. */
  async #offering(upstreams: readonly Upstream[]) {
    if (this.#isSingle && upstreams.length === 1) return [];
    const outcomes = await Promise.allSettled(this.#templates(upstreams));
    return upstreams.flatMap(({ connector }, index) => {
      const outcome = outcomes[index];
      return outcome?.status === 'fulfilled' ? [{ connector, definitions: outcome.value }] : [];
    });
  }
}

/** Asks a server for all of its resources. */
function listing(client: ClientProfile): Ask<Listed> {
  return async ({ connector, definitions }, signal) => {
    const { discovered } = await definitions();
    const items = await readList(connector, 'resources/list', discovered, client, signal);
    return { connector, items: items.filter(item => isObject(item) && typeof item.uri === 'string') };
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
