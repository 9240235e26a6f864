import { SubscriptionFilterSchema } from '@modelcontextprotocol/core';
import type { Directory } from '../../src/connectors/directory.ts';
import { type Route, targetOf } from '../../src/connectors/route.ts';
import { scopeFor } from '../../src/connectors/route-scope.ts';
import type { Settings } from '../../src/env.ts';
import { GatehouseError } from '../../src/errors.ts';
import { MCP_SCOPE, requireScopes } from '../../src/grants/scopes.ts';
import type { Principal } from '../../src/principal.ts';
import { failure, type JSONRPCRequest, type JsonObject, type Outcome } from '../../src/protocol/message.ts';
import { isListMethod, isRoutedMethod } from '../../src/protocol/method.ts';
import { listenResult, profileOf, withSubscriptionId } from '../../src/protocol/modern.ts';
import { checkParamHeaders, paramHeadersFor } from '../../src/protocol/param-headers.ts';
import { isModernNotification, modernOutcome } from '../../src/protocol/url-elicitation.ts';
import { ModernReply, type ReplyHooks } from './modern-reply.ts';
import { OpenListen } from './open-listen.ts';
import type { OpenListens } from './open-listens.ts';
import { RequestStates, type SealedCall } from './request-state.ts';
import type { WatchedLists } from './watched-lists.ts';

/** The answers that a home is giving now. */
export interface OpenReplies extends ReplyHooks {
  readonly replies: Set<ModernReply>;
  readonly listens: OpenListens;
  readonly lists: WatchedLists;
}

/**
 * Answers the stateless requests of one grant (2026-07-28). It keeps nothing between requests: what a call
 * needs for its next round travels, sealed, through the client.
 */
export class ModernHome {
  readonly #directory: Directory;
  readonly #caller: Principal;
  readonly #states: RequestStates;
  readonly #settings: Settings;
  readonly #open: OpenReplies;

  constructor(directory: Directory, caller: Principal, settings: Settings, open: OpenReplies) {
    this.#directory = directory;
    this.#caller = caller;
    this.#states = new RequestStates(settings.keyRing, caller, settings.INPUT_TTL_SECONDS);
    this.#settings = settings;
    this.#open = open;
  }

  /** Serves one request. A client that goes away cancels it. */
  async serve(message: JSONRPCRequest, headers: Headers, gone: AbortSignal): Promise<Response> {
    // Before there can be a stream: what is refused is answered with its own HTTP status.
    const route = await this.#route(message, headers);
    const reply = new ModernReply(message, this.#settings, gone, this.#open);
    this.#open.replies.add(reply);
    void this.#answer(message, route, reply)
      .catch(failure)
      .then(outcome => {
        this.#open.replies.delete(reply);
        reply.finish(outcome);
      });
    return reply.response;
  }

  async #answer(
    { id, method, params = {} }: JSONRPCRequest,
    route: Route | undefined,
    reply: ModernReply,
  ): Promise<Outcome> {
    if (route) return this.#call(method, params, route, reply);
    if (method === 'subscriptions/listen') return this.#listen(params, id, reply);
    if (method === 'server/discover') return { kind: 'result', result: await this.#directory.discover() };
    if (isListMethod(method)) {
      const { scopes } = this.#caller;
      return {
        kind: 'result',
        result: await this.#directory.list(method, params, profileOf(params), scopes),
      };
    }
    throw new GatehouseError('method_not_found', `Method not found: ${method}`);
  }

  /** The server that answers a request, once it is known that the caller may ask it, and that its headers are as the tool has them. */
  async #route({ method, params = {} }: JSONRPCRequest, headers: Headers): Promise<Route | undefined> {
    if (!isRoutedMethod(method)) return undefined;
    const route = await this.#directory.route(method, params, profileOf(params));
    requireScopes(this.#caller.scopes, [MCP_SCOPE, scopeFor(method, route)]);
    // Who calls a tool through another says nothing of it in headers.
    if (!route.isIndirect) checkParamHeaders(headers, route.tool?.inputSchema, params.arguments);
    return route;
  }

  async #call(method: string, params: JsonObject, route: Route, reply: ModernReply): Promise<Outcome> {
    const client = profileOf(params);
    const sealed = { method, params, target: targetOf(route) };
    const outcome = await route.connector.call(
      {
        method,
        params: this.#withOpenState(sealed, route.params),
        client,
        paramHeaders: paramHeadersFor(route.tool?.inputSchema, route.params.arguments),
        ...(route.tool && { tool: route.tool }),
      },
      {
        signal: reply.signal,
        notify: notification => isModernNotification(notification) && reply.notify(notification),
      },
    );
    return this.#withSealedState(sealed, modernOutcome(method, outcome));
  }

  /** Subscribes to every server behind the endpoint; one stream, acknowledged first. */
  async #listen(params: JsonObject, id: JSONRPCRequest['id'], reply: ModernReply): Promise<Outcome> {
    const filter = SubscriptionFilterSchema.safeParse(params.notifications);
    if (!filter.success) {
      throw new GatehouseError('params_invalid', 'params.notifications must be a subscription filter.');
    }
    const listen = new OpenListen({
      servers: () => this.#directory.readable(this.#caller.scopes),
      filter: filter.data,
      client: profileOf(params),
      ackTimeoutMs: this.#settings.LIST_TIMEOUT_MS,
      signal: reply.signal,
      notify: notification => reply.notify(withSubscriptionId(notification, id)),
    });
    await this.#open.listens.run(listen, this.#open.lists);
    return { kind: 'result', result: listenResult(id, await this.#directory.identity()) };
  }

  #withOpenState(call: SealedCall, { requestState: sealed, ...inner }: JsonObject): JsonObject {
    if (sealed === undefined) return inner;
    const requestState = this.#states.open(call, sealed);
    return { ...inner, ...(requestState !== null && { requestState }) };
  }

  /** What asks has a state even where its server keeps none, so that the answers go to no other. */
  #withSealedState(call: SealedCall, outcome: Outcome): Outcome {
    if (outcome.kind === 'error') return outcome;
    const { resultType, requestState: own } = outcome.result;
    if (resultType !== 'input_required' && typeof own !== 'string') return outcome;
    const requestState = this.#states.seal(call, typeof own === 'string' ? own : null);
    return { kind: 'result', result: { ...outcome.result, requestState } };
  }
}
