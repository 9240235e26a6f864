import type { Directory } from '../src/connectors/directory.ts';
import type { Settings } from '../src/env.ts';
import { GatehouseError } from '../src/errors.ts';
import { failedCall, legacyNotification, legacyOutcome } from '../src/protocol/legacy.ts';
import { paramHeadersFor } from '../src/protocol/mcp-headers.ts';
import {
  failure,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type JsonObject,
  type Outcome,
  type RequestId,
} from '../src/protocol/message.ts';
import type { RoutedMethod } from '../src/protocol/method.ts';
import { LegacyReply, type StreamOptions } from './legacy-reply.ts';
import type { LegacyStreams } from './legacy-streams.ts';
import { type ParkedCall, ParkedCalls, questionsOf } from './parked-calls.ts';
import type { SessionClient } from './session-client.ts';
import type { SessionStore } from './session-store.ts';

/** One round of a call: 2025 clients see one call, the server sees a request per round. */
interface Round {
  readonly number: number;
  readonly method: RoutedMethod;
  readonly params: JsonObject;
  readonly requestState?: string;
  readonly inputResponses?: JsonObject;
}

/** A call somebody waits for: either a round of it runs, or it is parked until the user has answered. */
interface LiveCall {
  readonly reply: LegacyReply;
  readonly controller: AbortController;
}

/** Between rounds in which the server asks the user nothing but wants to be called again. */
const PACE_MS = 250;

/** The calls of one 2025-era session, across rounds and restarts. */
export class LegacyCalls {
  readonly #store: SessionStore;
  readonly #directory: Directory;
  readonly #settings: Settings;
  readonly #streams: LegacyStreams;
  readonly #options: StreamOptions;
  readonly #client: () => SessionClient;
  readonly #parked: ParkedCalls;
  readonly #live = new Map<RequestId, LiveCall>();

  constructor(
    store: SessionStore,
    directory: Directory,
    settings: Settings,
    streams: LegacyStreams,
    options: StreamOptions,
    client: () => SessionClient,
  ) {
    this.#store = store;
    this.#directory = directory;
    this.#settings = settings;
    this.#streams = streams;
    this.#options = options;
    this.#client = client;
    this.#parked = new ParkedCalls(store);
  }

  /** Begins a call; the response comes as soon as it is known to be JSON or a stream. */
  begin(message: JSONRPCRequest, method: RoutedMethod): Promise<Response> {
    if (this.#live.has(message.id)) {
      throw new GatehouseError(
        'request_id_in_use',
        'A request with this id is still running in this session.',
      );
    }
    const reply = new LegacyReply(message, this.#options, () => this.#streams.begin(message));
    void this.#run(this.#track(reply), { number: 0, method, params: message.params ?? {} });
    return reply.response;
  }

  /** Stores the client's answer to a question, and runs the next round when it was the last one. */
  answer(response: JSONRPCResponse): void {
    const ready = this.#parked.answer(response);
    if (!ready) return;
    const live = this.#liveCall(ready.call);
    if (!live) return;
    if (ready.answers.kind === 'refused') {
      const reason = `The client could not ask the user: ${ready.answers.message}`;
      this.#finish(live, failedCall(ready.call.method, reason));
      return;
    }
    const { round, method, params, requestState } = ready.call;
    void this.#run(live, {
      number: round + 1,
      method: method as RoutedMethod,
      params,
      ...(requestState !== undefined && { requestState }),
      inputResponses: ready.answers.inputResponses,
    });
  }

  /** Cancels a call (`notifications/cancelled`). It gets no answer. */
  cancel(id: unknown): void {
    const live = this.#live.get(id as RequestId);
    if (!live) return;
    live.controller.abort();
    this.#forget(live);
    live.reply.abandon();
  }

  cancelAll(): void {
    for (const { controller } of this.#live.values()) controller.abort();
    this.#live.clear();
  }

  /**
   * Takes up the answers that were unfinished when the session was last in memory. A parked call goes on
   * waiting. A call that was running may or may not have taken effect, and must not be run again blindly.
   */
  recover(): void {
    for (const stream of this.#streams.unfinished) {
      const { request } = stream;
      if (!request) continue;
      const live = this.#track(LegacyReply.on(stream, request, this.#options));
      if (!this.#parked.waiting(stream.id)) this.#finish(live, failure(outcomeUnknown()));
    }
    this.expire();
  }

  /** Ends the parked calls whose user took too long. An alarm wakes the session for it. */
  expire(): void {
    for (const live of this.#live.values()) {
      const waiting = live.reply.isStreaming ? this.#parked.waiting(live.reply.stream.id) : undefined;
      if (waiting && waiting.expiresAtMs <= Date.now()) this.#finish(live, expired(waiting, this.#settings));
    }
  }

  async #run(live: LiveCall, round: Round): Promise<void> {
    const outcome = await this.#exchange(live, round);
    if (live.controller.signal.aborted) return;
    if (outcome.kind === 'error' || outcome.result.resultType !== 'input_required') {
      return this.#finish(live, legacyOutcome(round.method, outcome, this.#options.revision));
    }
    if (round.number + 1 >= this.#settings.MAX_INPUT_ROUNDS) {
      const limit = this.#settings.MAX_INPUT_ROUNDS;
      const reason = `The call was given up: it asked more than ${limit} times (setting MAX_INPUT_ROUNDS).`;
      return this.#finish(live, failedCall(round.method, reason));
    }
    return this.#ask(live, round, outcome.result);
  }

  /** Sends one round to the server that answers it. */
  async #exchange({ reply, controller }: LiveCall, round: Round): Promise<Outcome> {
    const client = this.#client();
    try {
      const { connector, params, tool } = await this.#directory.route(round.method, round.params, client);
      const { requestState, inputResponses } = round;
      return await connector.call(
        {
          method: round.method,
          params: {
            ...params,
            ...(requestState !== undefined && { requestState }),
            ...(inputResponses && { inputResponses }),
          },
          client,
          paramHeaders: paramHeadersFor(tool?.inputSchema, params.arguments),
        },
        {
          signal: controller.signal,
          notify: notification => reply.notify(legacyNotification(notification)),
        },
      );
    } catch (error) {
      return failure(error);
    }
  }

  /** Parks the call and pushes the server's questions to the client. */
  async #ask(live: LiveCall, { number, method, params }: Round, result: JsonObject): Promise<void> {
    const questions = questionsOf(result);
    const requestState = typeof result.requestState === 'string' ? { requestState: result.requestState } : {};
    if (Object.keys(questions).length === 0) {
      await new Promise(resolve => setTimeout(resolve, PACE_MS));
      return this.#run(live, { number: number + 1, method, params, ...requestState });
    }
    const { stream } = live.reply;
    const expiresAtMs = Date.now() + this.#settings.INPUT_TTL_SECONDS * 1000;
    const call = { stream: stream.id, round: number, method, params, ...requestState, expiresAtMs };
    const requests = this.#parked.park(call, questions, this.#options.revision);
    // In one turn with the parking: after a crash there is both the call and its questions, or neither.
    for (const request of requests) stream.append(request);
    await this.#store.schedule();
  }

  #finish(live: LiveCall, outcome: Outcome): void {
    this.#forget(live);
    live.reply.finish(outcome);
  }

  #forget(live: LiveCall): void {
    this.#live.delete(live.reply.request.id);
    if (live.reply.isStreaming) this.#parked.forget(live.reply.stream.id);
  }

  #track(reply: LegacyReply): LiveCall {
    const live: LiveCall = { reply, controller: new AbortController() };
    this.#live.set(reply.request.id, live);
    return live;
  }

  #liveCall({ stream }: ParkedCall): LiveCall | undefined {
    return [...this.#live.values()].find(({ reply }) => reply.isStreaming && reply.stream.id === stream);
  }
}

function expired({ method }: ParkedCall, { INPUT_TTL_SECONDS }: Settings): Outcome {
  const reason =
    `Nobody answered within ${INPUT_TTL_SECONDS} seconds (setting INPUT_TTL_SECONDS). ` +
    'Call again to be asked anew.';
  return failedCall(method, reason);
}

function outcomeUnknown(): GatehouseError {
  return new GatehouseError(
    'outcome_unknown',
    'The gateway was restarted while this call ran. Its outcome is unknown: check whether it took effect before you call again.',
  );
}
