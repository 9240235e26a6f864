import type { Settings } from '../../src/env.ts';
import { GatehouseError } from '../../src/errors.ts';
import { MCP_SCOPE, requireScopes, serverScope } from '../../src/grants/scopes.ts';
import { legacyOutcome } from '../../src/protocol/legacy.ts';
import {
  failure,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type JsonObject,
  type Outcome,
  toResponse,
} from '../../src/protocol/message.ts';
import { isListMethod, isRoutedMethod } from '../../src/protocol/method.ts';
import { LegacyCalls } from './legacy-calls.ts';
import { LegacyStreams } from './legacy-streams.ts';
import type { SessionClient } from './session-client.ts';
import type { SessionContext } from './session-context.ts';

const LOG_LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/**
 * One 2025-era session in memory: the inner language plus what those revisions remember. Everything that must
 * outlive this object is in the store; a new one over the same store goes on where the old one was cut off.
 */
export class LegacySession {
  readonly #context: SessionContext;
  readonly #streams: LegacyStreams;
  readonly #calls: LegacyCalls;
  #client: SessionClient;

  constructor(parts: Pick<SessionContext, 'store' | 'directory' | 'settings' | 'lists' | 'onLost'>) {
    this.#client = parts.store.client as SessionClient;
    const { revision } = this.#client;
    const remember = (change: Partial<SessionClient>) => void this.#remember(change);
    this.#context = { ...parts, revision, client: () => this.#client, remember };
    this.#streams = new LegacyStreams(this.#context);
    this.#calls = new LegacyCalls(this.#context, this.#streams);
    this.#calls.recover();
  }

  /**
   * Takes a posted request; answers with JSON or with a stream.
   * @param scopes what the caller's token grants.
   * @throws GatehouseError `scope_insufficient`, `request_id_in_use`.
   */
  async request(message: JSONRPCRequest, scopes: readonly string[]): Promise<Response> {
    if (isRoutedMethod(message.method)) return this.#calls.begin(message, message.method, scopes);
    const outcome = await this.#answer(message.method, message.params ?? {}, scopes);
    await this.#context.store.sync();
    return Response.json(toResponse(message.id, outcome));
  }

  /** Takes a posted notification. Those that mean nothing here are accepted all the same. */
  notification({ method, params }: JSONRPCNotification): Response {
    if (method === 'notifications/cancelled') this.#calls.cancel(params?.requestId);
    return new Response(null, { status: 202 });
  }

  /** Takes the client's answer to a pushed request, and goes on with the call that asked. */
  async response(message: JSONRPCResponse): Promise<Response> {
    this.#calls.answer(message);
    await this.#context.store.sync();
    return new Response(null, { status: 202 });
  }

  /** Opens the session's own stream, or resumes any stream after an event. */
  listen(lastEventId: string | null): Response {
    return lastEventId === null ? this.#streams.listen() : this.#streams.resume(lastEventId);
  }

  /** Ends what has waited too long for the user. */
  expire(): void {
    this.#calls.expire();
  }

  /** Tells the client that lists may have changed. @returns false where nobody reads the session's own stream. */
  listsChanged(changedAtMs: number): boolean {
    return this.#streams.listsChanged(changedAtMs);
  }

  /** Disconnects whoever reads; what runs goes on, and is stored. */
  hangUp(): void {
    this.#streams.hangUp();
  }

  /** Stops everything that runs for the session. */
  end(): void {
    this.#calls.cancelAll();
    this.#streams.hangUp();
  }

  async #answer(method: string, params: JsonObject, scopes: readonly string[]): Promise<Outcome> {
    try {
      const result = isListMethod(method)
        ? await this.#context.directory.list(method, params, this.#client, scopes)
        : await this.#sessionMethod(method, params, scopes);
      return legacyOutcome(method, { kind: 'result', result }, this.#context.revision);
    } catch (error) {
      if (error instanceof GatehouseError && error.code === 'scope_insufficient') throw error;
      return failure(error);
    }
  }

  /** Methods that the session itself answers. */
  #sessionMethod(
    method: string,
    params: JsonObject,
    scopes: readonly string[],
  ): JsonObject | Promise<JsonObject> {
    switch (method) {
      case 'ping':
        return {};
      case 'logging/setLevel':
        return this.#remember({ logLevel: requireLevel(params.level) });
      case 'resources/subscribe':
        return this.#subscribe(requireUri(params.uri), scopes);
      case 'resources/unsubscribe':
        return this.#unsubscribe(requireUri(params.uri));
      default:
        throw new GatehouseError('method_not_found', `Method not found: ${method}`);
    }
  }

  async #subscribe(uri: string, scopes: readonly string[]): Promise<JsonObject> {
    // Throws where the endpoint has no such resource.
    const owner = await this.#context.directory.ownerOf(uri, this.#client);
    requireScopes(scopes, [MCP_SCOPE, serverScope(owner.server, 'read')]);
    if ((await owner.mayFollow?.(uri)) === false) throw mayNotFollow(uri);
    return this.#follow([...this.#others(uri), uri]);
  }

  #unsubscribe(uri: string): Promise<JsonObject> {
    return this.#follow(this.#others(uri));
  }

  #others(uri: string): readonly string[] {
    return this.#client.subscriptions.filter(subscribed => subscribed !== uri);
  }

  async #follow(subscriptions: readonly string[]): Promise<JsonObject> {
    checkSubscriptions(subscriptions.length, this.#context.settings);
    this.#remember({ subscriptions });
    await this.#streams.resubscribe();
    return {};
  }

  #remember(change: Partial<SessionClient>): JsonObject {
    this.#client = { ...this.#client, ...change };
    this.#context.store.client = this.#client;
    return {};
  }
}

function checkSubscriptions(count: number, { MAX_SUBSCRIPTIONS }: Settings): void {
  if (count <= MAX_SUBSCRIPTIONS) return;
  throw new GatehouseError(
    'limit_reached',
    `A session may subscribe to ${MAX_SUBSCRIPTIONS} resources (setting MAX_SUBSCRIPTIONS); unsubscribe from some first.`,
  );
}

function mayNotFollow(uri: string): GatehouseError {
  const message = `The policy of your organisation does not allow you to read ${uri}.`;
  return new GatehouseError('policy_denied', message, { code: 'policy_denied', uri });
}

function requireLevel(level: unknown): string {
  if (typeof level === 'string' && LOG_LEVELS.includes(level)) return level;
  throw new GatehouseError('params_invalid', `params.level must be one of: ${LOG_LEVELS.join(', ')}.`);
}

function requireUri(uri: unknown): string {
  if (typeof uri === 'string' && uri !== '') return uri;
  throw new GatehouseError('params_invalid', 'params.uri must be a non-empty string.');
}
