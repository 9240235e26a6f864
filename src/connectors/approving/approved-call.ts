import { randomUUID } from 'node:crypto';
import { GatehouseError, reportFault } from '../../errors.ts';
import { type ApprovalScope, type HeldApproval, scopesOf } from '../../policy/approvals.ts';
import type { RuleOf } from '../../policy/rule.ts';
import type { JsonObject, Outcome } from '../../protocol/message.ts';
import type { ClientProfile } from '../../protocol/modern.ts';
import { urlElicitationComplete, urlQuestion } from '../../protocol/url-elicitation.ts';
import { opensLinks } from '../connecting/connect-desk.ts';
import type { GovernedCall, Next } from '../governed/governed-call.ts';
import {
  ASKING_METHODS,
  answerTo,
  innerRoundOf,
  inputRequired,
  ROUND_WAIT_MS,
  withOwnState,
} from '../layered-state.ts';
import type { ApprovalDesk, AskedCall } from './approval-desk.ts';
import { APPROVAL_STATE, type ApprovalRound, type AskedApproval } from './approval-state.ts';
import { askedCall } from './asked-call.ts';
import {
  approvalRefused,
  approvalRequired,
  DECISION_FIELD,
  formQuestion,
  nobodyToAsk,
  waitingWords,
} from './words.ts';

/** Our question's key among those of a round. */
const QUESTION = 'approve';

/** One round of a call that rules have approved before it is made. */
export class ApprovedCall {
  readonly #call: GovernedCall;
  readonly #next: Next;
  readonly #desk: ApprovalDesk;
  readonly #needs: readonly AskedCall[];

  /** @param rules all have to be satisfied; none, where the policy asks for nothing any more. */
  constructor(call: GovernedCall, next: Next, rules: readonly RuleOf<'approve'>[]) {
    const { desk } = call.governance;
    this.#call = call;
    this.#next = next;
    this.#desk = desk;
    this.#needs = rules.map(rule => askedCall(call, rule, desk));
  }

  /** @throws GatehouseError `approval_required`, `approval_refused`. */
  async run(params: JsonObject, own: ApprovalRound | null): Promise<Outcome> {
    if (!own) return this.#tried(params, []);
    if (!own.asked) return this.#tried({ ...params, ...innerState(own) }, own.held);
    const { inputResponses, ...others } = params;
    const again = await this.#answered(own, own.asked, inputResponses);
    return again ?? this.#tried({ ...others, ...own.round }, own.held);
  }

  /** Reads what came of a question. @returns what asks again; null where it is decided about. */
  #answered(own: ApprovalRound, asked: AskedApproval, inputResponses: unknown): Promise<Outcome | null> {
    const need = this.#needs.find(({ rule }) => rule.id === asked.rule);
    // The rule is gone: what others there are is seen to next.
    if (!need) return Promise.resolve(null);
    return asked.mode === 'form'
      ? this.#decided(own, asked, need, inputResponses)
      : this.#awaited(own, asked, need, inputResponses);
  }

  /** The user was asked in the session. */
  async #decided(
    own: ApprovalRound,
    asked: AskedApproval,
    need: AskedCall,
    inputResponses: unknown,
  ): Promise<Outcome | null> {
    const answer = answerTo(QUESTION, inputResponses);
    const decision = answer?.action === 'accept' ? decisionOf(need, answer.content) : answer && 'refuse';
    if (!decision) return this.#question(own, asked, need);
    const { tenant, subject } = this.#desk.asker;
    const user = { tenant, subject, roles: [], groups: [], client: null };
    await this.#desk.approvals.decideApproval(user, asked.id, { decision, reason: '' }).catch(unlessOver);
    if (decision === 'refuse') throw approvalRefused(asked.rule, '', asked.id);
    return null;
  }

  /** The user was told where it is decided. */
  async #awaited(
    own: ApprovalRound,
    asked: AskedApproval,
    need: AskedCall,
    inputResponses: unknown,
  ): Promise<Outcome | null> {
    const action = asked.isAccepted ? 'accept' : (answerTo(QUESTION, inputResponses)?.action ?? null);
    if (action === null) return this.#question(own, asked, need);
    if (action !== 'accept') throw approvalRequired(need, asked.id, this.#desk.link(asked.id));
    const { hooks } = this.#call;
    if (await this.#isWaiting(asked)) {
      if (hooks.signal.aborted) throw new GatehouseError('upstream_failed', 'The call was cancelled.');
      if (Date.now() >= asked.untilMs) throw approvalRequired(need, asked.id, this.#desk.link(asked.id));
      return inputRequired(APPROVAL_STATE.write({ ...own, asked: { ...asked, isAccepted: true } }));
    }
    hooks.notify(urlElicitationComplete(asked.elicitationId));
    return null;
  }

  /** Makes the call where all is approved, and else asks for the first that is not. */
  async #tried(params: JsonObject, held: readonly HeldApproval[]): Promise<Outcome> {
    if (this.#needs.length === 0) return this.#made(params, []);
    const taking = await this.#desk.approvals.takeApprovals(
      this.#needs.map(({ asker, digests, rule }) => ({ asker, digests, rule })),
      held,
    );
    if (taking.kind === 'taken') {
      this.#call.notes.approval = taking.ids.join(' ');
      return this.#made(params, taking.held);
    }
    const need = this.#needs[taking.at] as AskedCall;
    if (taking.kind === 'refused') throw approvalRefused(need.rule.id, taking.reason, taking.id);
    return this.#asked(need, params, held);
  }

  /** Hands the call on. What it asks for itself comes back with by what it was approved. */
  async #made(params: JsonObject, held: readonly HeldApproval[]): Promise<Outcome> {
    const outcome = await this.#next({ ...this.#call, request: { ...this.#call.request, params } });
    if (outcome.kind === 'error') return outcome;
    const { resultType, requestState } = outcome.result;
    if (held.length === 0 || resultType !== 'input_required') {
      return { kind: 'result', result: withOwnState(outcome.result) };
    }
    const round = typeof requestState === 'string' ? { requestState } : {};
    const state = APPROVAL_STATE.write({ asked: null, held, round });
    return { kind: 'result', result: { ...outcome.result, requestState: state } };
  }

  async #asked(need: AskedCall, params: JsonObject, held: readonly HeldApproval[]): Promise<Outcome> {
    const { method, client } = this.#call.request;
    const isByUser = need.rule.by === 'user';
    if (!ASKING_METHODS.includes(method)) throw nobodyToAsk(need, 'It cannot be asked for in this way.');
    if (isByUser && this.#desk.isClientItself)
      throw nobodyToAsk(need, 'You act for yourself, so there is no user who could.');
    const mode = isByUser && fillsForms(client) ? 'form' : 'url';
    const { inputTtlSeconds, approvalTtlSeconds } = this.#desk;
    const ttlSeconds = mode === 'form' ? inputTtlSeconds : approvalTtlSeconds;
    const id = await this.#desk.approvals.askApproval({ ...need, ttlSeconds });
    if (mode === 'url' && !opensLinks(client)) throw approvalRequired(need, id, this.#desk.link(id));
    const untilMs = Date.now() + inputTtlSeconds * 1000;
    const question = { id, rule: need.rule.id, mode, elicitationId: randomUUID(), untilMs } as const;
    const own = { asked: null, held, round: innerRoundOf(params) };
    return this.#question(own, { ...question, isAccepted: false }, need);
  }

  #question(own: ApprovalRound, asked: AskedApproval, need: AskedCall): Outcome {
    const { id, elicitationId, mode } = asked;
    const url = this.#desk.link(id);
    const question =
      mode === 'form'
        ? formQuestion(need, url)
        : urlQuestion({ elicitationId, url, message: waitingWords(need) });
    return inputRequired(APPROVAL_STATE.write({ ...own, asked }), { [QUESTION]: question });
  }

  /** Waits a while for whoever decides. A tenant's object that restarts is asked again in the next round. */
  async #isWaiting({ id, untilMs }: AskedApproval): Promise<boolean> {
    const { signal } = this.#call.hooks;
    const waitMs = Math.max(0, Math.min(ROUND_WAIT_MS, untilMs - Date.now()));
    const cancelled = new Promise<boolean>(resolve => {
      signal.addEventListener('abort', () => resolve(true), { once: true });
    });
    const waiting = this.#desk.approvals.awaitApproval(id, waitMs).catch(error => {
      reportFault('approval_not_awaited', error);
      return true;
    });
    return signal.aborted ? true : Promise.race([waiting, cancelled]);
  }
}

/** The state of whatever is further in, as it left it. */
function innerState({ round: { requestState } }: ApprovalRound): JsonObject {
  return requestState === undefined ? {} : { requestState };
}

/** What the user chose; null where it is nothing that was offered. */
function decisionOf({ rule }: AskedCall, content: JsonObject): ApprovalScope | 'refuse' | null {
  const offered = [...scopesOf(rule), 'refuse'] as const;
  return offered.find(each => each === content[DECISION_FIELD]) ?? null;
}

/** Whether a client can show its user a form; before there were links, that was all that one could declare (2025-06-18). */
function fillsForms({ capabilities: { elicitation } }: ClientProfile): boolean {
  if (typeof elicitation !== 'object' || elicitation === null) return false;
  return 'form' in elicitation || !('url' in elicitation);
}

/** Somebody has decided at the page, or it has expired: what stands is seen when it is taken. */
function unlessOver(error: unknown): void {
  const isOver =
    error instanceof GatehouseError && ['approval_decided', 'approval_unknown'].includes(error.code);
  if (!isOver) throw error;
}
