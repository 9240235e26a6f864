import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import { GatehouseError } from '../errors.ts';
import { failure, type JsonObject, type Outcome } from '../protocol/message.ts';
import { LIST_ITEMS, type ListMethod } from '../protocol/method.ts';
import type { CallHooks, Connector, InnerRequest } from './connector.ts';
import { namesOf } from './names.ts';
import { readDefinitions } from './read-definitions.ts';
import type { Upstream } from './upstream.ts';

/** What a fake server offers, and how it behaves. */
export interface Offer {
  readonly tools?: readonly JsonObject[];
  readonly prompts?: readonly JsonObject[];
  readonly resources?: readonly JsonObject[];
  readonly resourceTemplates?: readonly JsonObject[];
  readonly capabilities?: JsonObject;
  readonly instructions?: string;
  /** Items per page of its lists. */
  readonly pageSize?: number;
  /** Never answers this method, until it is cancelled. */
  readonly stuckOn?: string;
  /** Answers this method with an error. */
  readonly failsOn?: string;
}

/** A server in memory behind the connector interface, which remembers what it was asked. */
export class FakeServer implements Connector {
  readonly server: string;
  readonly version = '1';
  readonly requests: InnerRequest[] = [];
  readonly #offer: Offer;

  constructor(server: string, offer: Offer = {}) {
    this.server = server;
    this.#offer = offer;
  }

  /** As one of the servers behind an endpoint. */
  get upstream(): Upstream {
    const never = new AbortController().signal;
    const names = namesOf({ server: this.server, isQualified: false, rename: {}, exact: {} });
    return { connector: this, names, definitions: () => readDefinitions(this, never) };
  }

  /** The same at an endpoint of several. */
  get qualified(): Upstream {
    const naming = { server: this.server, isQualified: true, rename: {}, exact: {} };
    return { ...this.upstream, names: namesOf(naming) };
  }

  async call(request: InnerRequest, { signal }: CallHooks): Promise<Outcome> {
    this.requests.push(request);
    if (request.method === this.#offer.stuckOn) return untilAborted(signal);
    if (request.method === this.#offer.failsOn)
      return failure(new GatehouseError('upstream_failed', 'Down.'));
    if (request.method === 'server/discover') return { kind: 'result', result: this.#discovered() };
    return { kind: 'result', result: this.#page(request.method as ListMethod, request.params.cursor) };
  }

  async listen(): Promise<void> {}

  #discovered(): JsonObject {
    const { capabilities = { tools: {}, prompts: {}, resources: {} }, instructions } = this.#offer;
    const _meta = { [SERVER_INFO_META_KEY]: { name: `calls itself ${this.server}`, version: '1' } };
    return { capabilities, ...(instructions !== undefined && { instructions }), _meta };
  }

  #page(method: ListMethod, cursor: unknown): JsonObject {
    const key = LIST_ITEMS[method];
    const { [key]: all = [], pageSize = 1000 } = this.#offer;
    const end = Number(cursor ?? 0) + pageSize;
    const items = all.slice(end - pageSize, end);
    return { [key]: items, ...(end < all.length && { nextCursor: String(end) }) };
  }
}

function untilAborted(signal: AbortSignal): Promise<Outcome> {
  return new Promise(resolve => {
    const stop = () => resolve(failure(new GatehouseError('upstream_failed', 'Cancelled.')));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}
