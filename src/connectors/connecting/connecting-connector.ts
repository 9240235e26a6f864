import { randomUUID } from 'node:crypto';
import type { Settings } from '../../env.ts';
import { GatehouseError, reportFault } from '../../errors.ts';
import { failure, type JsonObject, type Outcome } from '../../protocol/message.ts';
import {
  type UrlElicitation,
  urlElicitationComplete,
  urlElicitationRequired,
  urlQuestion,
} from '../../protocol/url-elicitation.ts';
import type { CallHooks, Connector, InnerRequest } from '../connector.ts';
import {
  ASKING_METHODS,
  answerTo,
  innerRoundOf,
  inputRequired,
  ROUND_WAIT_MS,
  withOwnState,
} from '../layered-state.ts';
import { effectIn } from '../upstream-failure.ts';
import { type ConnectDesk, type Needed, opensLinks } from './connect-desk.ts';
import { CONNECT_STATE, type ConnectRound } from './round-state.ts';
import {
  declinedWords,
  endedCall,
  hopelessWords,
  notEnoughWords,
  questionOf,
  tooLateWords,
  unfinishedWords,
  withWords,
} from './words.ts';

/** Our question's key among those of a round. */
const QUESTION = 'connect';

type Limits = Pick<Settings, 'INPUT_TTL_SECONDS'>;

/**
 * A server whose calls may need connections. A call that fails for want of one asks its member to connect, in the same way
 * as servers ask for anything else, and goes on when they have: see docs/decisions/0017-how-a-missing-connection-asks.md.
 */
export function connectingConnector(connector: Connector, desk: ConnectDesk, limits: Limits): Connector {
  return {
    server: connector.server,
    version: connector.version,
    listen: (filter, client, hooks) => connector.listen(filter, client, hooks),
    async call(request, hooks) {
      if (!ASKING_METHODS.includes(request.method)) return connector.call(request, hooks);
      try {
        return await new ConnectingCall({ connector, desk, limits, request, hooks }).run();
      } catch (error) {
        return failure(error);
      }
    },
  };
}

interface CallParts {
  readonly connector: Connector;
  readonly desk: ConnectDesk;
  readonly limits: Limits;
  readonly request: InnerRequest;
  readonly hooks: CallHooks;
}

/** One round of one call. */
class ConnectingCall {
  readonly #parts: CallParts;

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  async run(): Promise<Outcome> {
    const { params, own } = CONNECT_STATE.open(this.#parts.request.params);
    return own ? this.#resumed(params, own) : this.#tried(params, false);
  }

  /** Goes on with a call whose member was asked to connect. */
  async #resumed({ inputResponses, ...params }: JsonObject, round: ConnectRound): Promise<Outcome> {
    const { desk, limits, request, hooks } = this.#parts;
    const needed = await desk.look(round);
    if (!needed) throw new GatehouseError('upstream_failed', 'The connection is no longer there.');
    const action = round.isAccepted ? 'accept' : (answerTo(QUESTION, inputResponses)?.action ?? null);
    // What was seen first is what a new connection is told by, however often the question is asked.
    if (action === null) return this.#question({ ...needed, seenAtMs: round.seenAtMs }, round.round);
    if (action !== 'accept') return endedCall(request.method, declinedWords(needed));
    if (!(await this.#isConnected(round))) {
      if (hooks.signal.aborted) throw new GatehouseError('upstream_failed', 'The call was cancelled.');
      if (Date.now() < round.untilMs)
        return inputRequired(CONNECT_STATE.write({ ...round, isAccepted: true }));
      return endedCall(request.method, tooLateWords(needed, limits.INPUT_TTL_SECONDS));
    }
    hooks.notify(urlElicitationComplete(round.elicitationId));
    return this.#tried({ ...params, ...round.round }, true);
  }

  /** Calls the server. @param isAgain whether this follows a connection that was just made. */
  async #tried(params: JsonObject, isAgain: boolean): Promise<Outcome> {
    const { connector, request, hooks } = this.#parts;
    const sinceMs = Date.now();
    const outcome = await connector.call({ ...request, params }, hooks);
    if (!isFailed(outcome)) {
      return outcome.kind === 'error' ? outcome : { kind: 'result', result: withOwnState(outcome.result) };
    }
    return this.#judged(params, outcome, sinceMs, isAgain);
  }

  /** What becomes of a failed call: it is handed on, or asks for a connection that it needed. */
  async #judged(params: JsonObject, outcome: Outcome, sinceMs: number, isAgain: boolean): Promise<Outcome> {
    const { desk, request } = this.#parts;
    const found = await this.#neededSince(sinceMs);
    if (!found) return outcome;
    const { needed } = found;
    // Of one that never went out that is known, whatever other calls of the user did meanwhile.
    const mayHaveActed = found.mayHaveActed && !wasNotSent(outcome);
    // Somebody has connected meanwhile. Once only: a server that fails for another reason would be called for ever.
    if (needed.isThere) return mayHaveActed || isAgain ? outcome : this.#tried(params, true);
    if (needed.by !== 'asker') return withWords(outcome, hopelessWords(needed));
    if (isAgain && needed.reason === 'insufficient') return withWords(outcome, notEnoughWords(needed));
    if (mayHaveActed) return withWords(outcome, unfinishedWords(needed, await desk.link(needed)));
    if (opensLinks(request.client)) return this.#question(needed, innerRoundOf(params));
    return urlElicitationRequired(await this.#elicitation(needed));
  }

  /** Where nothing can be learnt, the failure stands as it is. */
  async #neededSince(sinceMs: number): Promise<{ needed: Needed; mayHaveActed: boolean } | null> {
    const { desk, connector } = this.#parts;
    try {
      const { wants, mayHaveActed } = await desk.wantsSince(sinceMs);
      const want = wants.at(-1);
      const needed = want ? await desk.look(want) : null;
      return needed && { needed, mayHaveActed };
    } catch (error) {
      reportFault('wants_not_known', error, { server: connector.server });
      return null;
    }
  }

  async #question(needed: Needed, round: ConnectRound['round']): Promise<Outcome> {
    const elicitation = await this.#elicitation(needed);
    const { INPUT_TTL_SECONDS } = this.#parts.limits;
    const state = CONNECT_STATE.write({
      connection: needed.id,
      reason: needed.reason,
      scopes: needed.scopes,
      seenAtMs: needed.seenAtMs,
      untilMs: Date.now() + INPUT_TTL_SECONDS * 1000,
      elicitationId: elicitation.elicitationId,
      isAccepted: false,
      round,
    });
    return inputRequired(state, { [QUESTION]: urlQuestion(elicitation) });
  }

  async #elicitation(needed: Needed): Promise<UrlElicitation> {
    const url = await this.#parts.desk.link(needed);
    return { elicitationId: randomUUID(), url, message: questionOf(needed) };
  }

  /** Waits a while for the member. An account that restarts is asked again in the next round. */
  async #isConnected({ connection, seenAtMs, untilMs }: ConnectRound): Promise<boolean> {
    const { desk, hooks } = this.#parts;
    const waitMs = Math.max(0, Math.min(ROUND_WAIT_MS, untilMs - Date.now()));
    const cancelled = new Promise<boolean>(resolve => {
      hooks.signal.addEventListener('abort', () => resolve(false), { once: true });
    });
    const connected = desk.awaitConnected(connection, seenAtMs, waitMs).catch(error => {
      reportFault('connection_not_awaited', error);
      return false;
    });
    return hooks.signal.aborted ? false : Promise.race([connected, cancelled]);
  }
}

/** Whether the gateway itself says so: what servers say of their own failures is not relied on. */
function wasNotSent(outcome: Outcome): boolean {
  return outcome.kind === 'error' && outcome.own !== undefined && effectIn(outcome.error.data) === 'not-sent';
}

function isFailed(outcome: Outcome): boolean {
  return outcome.kind === 'error' || outcome.result.isError === true;
}
