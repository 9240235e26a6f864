import { randomUUID } from 'node:crypto';
import type { JsonObject, Outcome } from '../../../protocol/message.ts';
import type { CallHooks, InnerRequest } from '../../connector.ts';
import { upstreamFailure } from '../../upstream-failure.ts';
import type { RemoteParts } from '../remote-parts.ts';
import { type AskedState, invalidState, writeState } from './call-state.ts';
import { type Questions, type Round, readRound } from './legacy-call.ts';
import { answersIn, legacyRequest } from './legacy-request.ts';
import { innerOutcome } from './legacy-results.ts';
import { linkQuestion } from './link-required.ts';
import { cancelUpstream, type ParkedUpstreamCall } from './parked.ts';
import { mayAsk } from './questions.ts';
import { SessionFeed } from './session-feed.ts';
import type { OpenSession } from './sessions.ts';
import { UpstreamCall } from './upstream-call.ts';
import { UpstreamSession } from './upstream-session.ts';

/** The rounds of calls: a server of the 2025 revisions sees one call, who calls it sees a request per question. */
export class LegacyRounds {
  readonly #parts: RemoteParts;

  constructor(parts: RemoteParts) {
    this.#parts = parts;
  }

  /** The first round. @throws what ends the call's stream. */
  async begin(open: OpenSession, id: string, request: InnerRequest, hooks: CallHooks): Promise<Outcome> {
    const { session } = open;
    if (request.method === 'server/discover' && session.discovered) {
      return this.#inner(open, request, { kind: 'result', result: session.discovered });
    }
    await session.logs.want(request.client.logLevel);
    const call = UpstreamCall.begin(session.http, legacyRequest(id, request), this.#maxBytes);
    const release = attended(open, call, request);
    return this.#read({ open, call, request, hooks, release, asked: 0 });
  }

  /**
   * Goes on with a call that waits for answers, with those that have come.
   * @throws GatehouseError `request_state_invalid`; `outcome_unknown` where the server cannot go on with it.
   */
  async resume(state: AskedState, request: InnerRequest, hooks: CallHooks): Promise<Outcome> {
    if (state.url !== this.#parts.endpoint.url) throw invalidState();
    const waiting = await this.#waiting(state, request);
    const round = { ...waiting, request, hooks, asked: state.asked };
    const left = await this.#delivered(waiting, state.questions, answersIn(request.params));
    return Object.keys(left).length > 0 ? this.#park(round, left) : this.#read(round);
  }

  /** Gives the server the answers that have come. @returns the questions that have none yet. */
  async #delivered(
    { open, call, release }: ParkedUpstreamCall,
    questions: Questions,
    answers: JsonObject,
  ): Promise<Questions> {
    const left = Object.entries(questions).filter(([key]) => !Object.hasOwn(answers, key));
    try {
      for (const [key, { id }] of Object.entries(questions)) {
        if (Object.hasOwn(answers, key)) await open.session.http.deliver({ id, result: answers[key] });
      }
    } catch (error) {
      release();
      call.stop();
      throw error;
    }
    return Object.fromEntries(left);
  }

  /** Reads on until the call has ended or asks. */
  async #read(round: Round): Promise<Outcome> {
    const { open, call, request, hooks, release } = round;
    try {
      const end = await readRound(round);
      if (end.kind === 'asked') return this.#park({ ...round, asked: end.asked }, end.questions);
      release();
      call.stop();
      return linkQuestion(this.#inner(open, request, end.outcome), request.client);
    } catch (error) {
      release();
      call.stop();
      if (hooks.signal.aborted) cancelUpstream(round, LEFT);
      throw error;
    }
  }

  /** Hands the questions inwards, with all that it takes to go on with the call. */
  #park({ open, call, release, asked }: Round, questions: Questions): Outcome {
    const { endpoint, memory } = this.#parts;
    const { address } = open.session;
    const round = randomUUID();
    memory.parked.park({ open, call, release }, round, this.#expiresAtMs);
    const state: AskedState = {
      kind: 'asked',
      url: endpoint.url,
      session: address,
      call: call.place,
      questions,
      asked,
      round,
    };
    const inputRequests = Object.fromEntries(
      Object.entries(questions).map(([key, { question }]): [string, JsonObject] => [key, question]),
    );
    return {
      kind: 'result',
      result: { resultType: 'input_required', inputRequests, requestState: writeState(state) },
    };
  }

  /** The call that waits, from memory or from its server. What cannot come back any more is not answered either. */
  async #waiting(state: AskedState, request: InnerRequest): Promise<ParkedUpstreamCall> {
    const parked = this.#parts.memory.parked.take(state, this.#expiresAtMs);
    if (parked && !parked.call.isOver) return parked;
    parked?.release();
    return this.#reattached(state, request);
  }

  /** A call whose stream is gone, after a restart of ours or theirs, is taken up again where that can be. It is never run again blindly. */
  async #reattached(
    { session: address, call: place }: AskedState,
    request: InnerRequest,
  ): Promise<ParkedUpstreamCall> {
    const { endpoint, memory } = this.#parts;
    const session = new UpstreamSession(endpoint, address, null);
    const open = { session, feed: new SessionFeed(session, heard => memory.definitions.hear(heard)) };
    try {
      if (place.lastEventId === null) throw new Error('its events have no numbers');
      const call = await UpstreamCall.resume(session.http, place, this.#maxBytes);
      return { open, call, release: attended(open, call, request) };
    } catch {
      cancelUpstream({ open, call: place }, GONE);
      const words = `The connection to the server "${endpoint.server}" was lost while it waited for an answer, and it cannot go on with the call.`;
      throw upstreamFailure('outcome_unknown', words);
    }
  }

  #inner({ session }: OpenSession, { method, params }: InnerRequest, outcome: Outcome): Outcome {
    return innerOutcome(method, params, outcome, session.serverInfo);
  }

  /** When the state of a round that begins now is no good any more, Unix time in milliseconds. */
  get #expiresAtMs(): number {
    return Date.now() + this.#parts.settings.INPUT_TTL_SECONDS * 1000;
  }

  get #maxBytes(): number {
    return this.#parts.settings.MAX_RESULT_BYTES;
  }
}

/** Has questions on the session's own stream reach a call, where there may be some. @returns what lets go of that stream. */
function attended({ feed }: OpenSession, call: UpstreamCall, { method, client }: InnerRequest): () => void {
  return mayAsk(method, client) ? feed.attend(asked => call.hear(asked)) : () => {};
}

const LEFT = 'Whoever called has gone.';
const GONE = 'Its answer cannot be received any more.';
