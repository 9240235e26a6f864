import { targetOf } from '../../src/connectors/route.ts';
import { scopeFor } from '../../src/connectors/route-scope.ts';
import { GatehouseError } from '../../src/errors.ts';
import { MCP_SCOPE, requireScopes } from '../../src/grants/scopes.ts';
import { legacyNotification, legacyOutcome } from '../../src/protocol/legacy.ts';
import {
  failure,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type JsonObject,
  type Outcome,
} from '../../src/protocol/message.ts';
import type { RoutedMethod } from '../../src/protocol/method.ts';
import { expired, givenUp, notAsked, outcomeUnknown } from './call-outcomes.ts';
import { LegacyReply } from './legacy-reply.ts';
import { exchangeRound, type Round } from './legacy-round.ts';
import type { LegacyStreams } from './legacy-streams.ts';
import { type LiveCall, LiveCalls } from './live-calls.ts';
import { ParkedCalls, questionsOf } from './parked-calls.ts';
import type { SessionContext } from './session-context.ts';

/** Between rounds in which the server asks the user nothing but wants to be called again. */
const PACE_MS = 250;

/** The calls of one 2025-era session, across rounds and restarts. */
export class LegacyCalls {
  readonly #context: SessionContext;
  readonly #streams: LegacyStreams;
  readonly #parked: ParkedCalls;
  readonly #live = new LiveCalls();

  constructor(context: SessionContext, streams: LegacyStreams) {
    this.#context = context;
    this.#streams = streams;
    this.#parked = new ParkedCalls(context.store);
  }

  /**
   * Begins a call; the response comes as soon as it is known to be JSON or a stream.
   * @param scopes what the caller's token grants.
   * @throws GatehouseError `request_id_in_use`; `scope_insufficient`, before anything was begun.
   */
  begin(message: JSONRPCRequest, method: RoutedMethod, scopes: readonly string[]): Promise<Response> {
    const live = this.#live.add(new LegacyReply(message, this.#streams));
    // Members of later rounds are between the gateway and the server; a 2025 client has no say in them.
    const {
      requestState: _state,
      inputResponses: _answers,
      ...params
    } = (message.params ?? {}) as JsonObject;
    void this.#admit(live, { method, params }, scopes);
    return live.reply.response;
  }

  /** Runs the first round once it is known where it goes, and that the caller may go there. */
  async #admit(
    live: LiveCall,
    { method, params }: Pick<Round, 'method' | 'params'>,
    scopes: readonly string[],
  ): Promise<void> {
    try {
      const route = await this.#context.directory.route(method, params, this.#context.client());
      requireScopes(scopes, [MCP_SCOPE, scopeFor(method, route)]);
      if (live.controller.signal.aborted) return;
      live.reply.goesTo(route.connector.server, route.params.name);
      live.reply.streamAfter(this.#context.settings.STREAM_AFTER_MS);
      await this.#run(live, { number: 0, method, params, target: targetOf(route), route });
    } catch (error) {
      if (live.controller.signal.aborted) return;
      this.#turnAway(live, error);
    }
  }

  /** A lack of scopes is for HTTP to say, so that the client asks for them; all else is the outcome of the call. */
  #turnAway(live: LiveCall, error: unknown): void {
    if (error instanceof GatehouseError && error.code === 'scope_insufficient') {
      this.#forget(live);
      live.reply.refuse(error);
    } else {
      this.#finish(live, this.#encode(live.reply.request.method, failure(error)));
    }
  }

  /** Stores the client's answer to a question, and runs the next round when it was the last one. */
  answer(response: JSONRPCResponse): void {
    const live = this.#live.onStream(ParkedCalls.streamOf(response));
    if (!live) return;
    const ready = this.#tryAnswer(live, response);
    if (!ready) return;
    if (ready.answers.kind === 'refused') {
      this.#finish(live, notAsked(ready.call.method, ready.answers.message));
      return;
    }
    const { round, method, params, target, requestState } = ready.call;
    void this.#run(live, {
      number: round + 1,
      method: method as RoutedMethod,
      params,
      target,
      ...(requestState !== undefined && { requestState }),
      inputResponses: ready.answers.inputResponses,
    });
  }

  /** A parked call that can no longer be read is ended, rather than asked about for ever. */
  #tryAnswer(live: LiveCall, response: JSONRPCResponse): ReturnType<ParkedCalls['answer']> {
    try {
      return this.#parked.answer(response);
    } catch (error) {
      this.#finish(live, failure(error));
      return undefined;
    }
  }

  /** Cancels a call (`notifications/cancelled`). It gets no answer. */
  cancel(id: unknown): void {
    const live = this.#live.get(id);
    if (!live) return;
    live.controller.abort();
    this.#forget(live);
    live.reply.abandon();
  }

  /** Cancels every call, and lets go of whoever still waits for its answer. */
  cancelAll(): void {
    for (const { reply } of this.#live.all) this.cancel(reply.request.id);
  }

  /**
   * Takes up the answers that were unfinished when the session was last in memory. A parked call goes on
   * waiting. A call that was running may or may not have taken effect, and must not be run again blindly.
   */
  recover(): void {
    for (const stream of this.#streams.unfinished) {
      if (!stream.request) continue;
      const live = this.#live.add(new LegacyReply(stream.request, this.#streams, stream));
      if (this.#parked.isWaiting(stream.id)) continue;
      this.#context.onLost(stream.request);
      this.#finish(live, outcomeUnknown());
    }
    this.expire();
  }

  /** Ends the parked calls whose user took too long. An alarm wakes the session for it. */
  expire(): void {
    for (const live of this.#live.all) {
      const { reply } = live;
      if (reply.isStreaming && this.#parked.isOverdue(reply.stream.id)) {
        this.#finish(live, expired(reply.request.method, this.#context.settings));
      }
    }
  }

  /** Runs a round to its end, whatever happens: a call that begins gets an answer. */
  async #run(live: LiveCall, round: Round): Promise<void> {
    try {
      await this.#exchange(live, round);
    } catch (error) {
      this.#finish(live, failure(error));
    }
  }

  async #exchange(live: LiveCall, round: Round): Promise<void> {
    const outcome = await exchangeRound(this.#context, round, {
      signal: live.controller.signal,
      notify: notification => live.reply.notify(legacyNotification(notification)),
    });
    if (live.controller.signal.aborted) return;
    if (outcome.kind === 'error' || outcome.result.resultType !== 'input_required') {
      return this.#finish(live, this.#encode(round.method, outcome));
    }
    if (round.number + 1 >= this.#context.settings.MAX_INPUT_ROUNDS) {
      return this.#finish(live, givenUp(round.method, this.#context.settings));
    }
    return this.#ask(live, round, outcome.result);
  }

  /** Parks the call and pushes the server's questions to the client. */
  async #ask(live: LiveCall, { number, method, params, target }: Round, result: JsonObject): Promise<void> {
    const questions = questionsOf(result);
    const requestState = typeof result.requestState === 'string' ? { requestState: result.requestState } : {};
    if (Object.keys(questions).length === 0) {
      await new Promise(resolve => setTimeout(resolve, PACE_MS));
      return this.#run(live, { number: number + 1, method, params, target, ...requestState });
    }
    const { stream } = live.reply;
    const expiresAtMs = Date.now() + this.#context.settings.INPUT_TTL_SECONDS * 1000;
    const call = { stream: stream.id, round: number, method, params, target, ...requestState, expiresAtMs };
    const requests = this.#parked.park(call, questions, this.#context.revision);
    // In one turn with the parking: after a crash there is both the call and its questions, or neither.
    for (const request of requests) stream.append(request);
    await this.#context.store.schedule();
  }

  #encode(method: string, outcome: Outcome): Outcome {
    return legacyOutcome(method, outcome, this.#context.revision);
  }

  #finish(live: LiveCall, outcome: Outcome): void {
    this.#forget(live);
    live.reply.finish(outcome);
  }

  #forget(live: LiveCall): void {
    this.#live.delete(live);
    if (live.reply.isStreaming) this.#parked.forget(live.reply.stream.id);
  }
}
