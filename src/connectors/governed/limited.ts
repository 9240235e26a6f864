import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { GatehouseError, reportFault } from '../../errors.ts';
import type { RuleOf } from '../../policy/rule.ts';
import type { JsonObject, Outcome } from '../../protocol/message.ts';
import type { CountedCall } from '../../quotas/call-quotas.ts';
import { Holding } from '../../quotas/holding.ts';
import { quotaExceeded } from '../../quotas/quota-refusal.ts';
import { LayeredState, withOwnState } from '../layered-state.ts';
import { jsonBytes } from './call-record.ts';
import type { GovernedCall, Next, Step } from './governed-call.ts';

/** A call that goes on: which, in which round, and the state of whatever is further in. */
const LIMIT_STATE = new LayeredState(
  'limit',
  z.object({ call: z.string(), round: z.number(), requestState: z.string().optional() }),
);

/** The members of a request's parameters that are counted as what is sent. */
const COUNTED = ['arguments', 'argument', 'context', 'inputResponses', 'uri'] as const;

/** One round of a call, by the state that its last one left. */
interface CountedRound {
  readonly call: string;
  readonly round: number;
}

/**
 * Takes what the policy's limits count of a call, and refuses it where one leaves no room: see docs/quotas.md. It is innermost, so what waits
 * for its approval, or for its user, takes nothing meanwhile.
 */
export const limited: Step = async (call, next) => {
  const { params, own } = LIMIT_STATE.open(call.request.params);
  const inner = own?.requestState === undefined ? params : { ...params, requestState: own.requestState };
  const opened = { ...call, request: { ...call.request, params: inner } };
  const limits = (call.notes.decision?.limits ?? []).filter(({ count }) => count !== 'streams');
  if (limits.length === 0) return marked(await next(opened), null);
  const round = { call: own?.call ?? randomUUID(), round: own?.round ?? 0 };
  return marked(await counted(opened, next, limits, round), round);
};

async function counted(
  call: GovernedCall,
  next: Next,
  limits: readonly RuleOf<'limit'>[],
  { call: id, round }: CountedRound,
): Promise<Outcome> {
  const { caller, called } = call.facts;
  const bytes = sentBytes(call.request.params);
  const holding = await taken(call, limits, {
    caller,
    called,
    bytes,
    round: round === 0 ? null : `${id}.${round}`,
  });
  let outcome: Outcome | undefined;
  try {
    outcome = await next(call);
    return outcome;
  } finally {
    await holding.end(outcome ? answeredBytes(outcome) : 0);
  }
}

/** @throws GatehouseError `quota_exceeded`; `quota_unavailable` where nobody knows whether there is room. */
async function taken(
  { governance, notes }: GovernedCall,
  limits: readonly RuleOf<'limit'>[],
  counted: CountedCall,
): Promise<Holding> {
  const taking = await governance.quotas.take(limits, counted).catch(error => {
    reportFault('quota_unavailable', error);
    throw unavailable();
  });
  if (taking instanceof Holding) return taking;
  const { rule } = taking.demand;
  notes.limit = rule;
  throw quotaExceeded(taking, limits.find(({ id }) => id === rule)?.per ?? 'user');
}

/** What asks comes back as a round of the same call. */
function marked(outcome: Outcome, round: CountedRound | null): Outcome {
  if (outcome.kind === 'error') return outcome;
  const { result } = outcome;
  if (round === null || result.resultType !== 'input_required') {
    return { kind: 'result', result: withOwnState(result) };
  }
  const { requestState } = result;
  const own = typeof requestState === 'string' ? { requestState } : {};
  const state = LIMIT_STATE.write({ call: round.call, round: round.round + 1, ...own });
  return { kind: 'result', result: { ...result, requestState: state } };
}

function sentBytes(params: JsonObject): number {
  return COUNTED.reduce(
    (sum, member) => sum + (params[member] === undefined ? 0 : jsonBytes(params[member])),
    0,
  );
}

function answeredBytes(outcome: Outcome): number {
  return jsonBytes(outcome.kind === 'result' ? outcome.result : outcome.error);
}

function unavailable(): GatehouseError {
  return new GatehouseError(
    'quota_unavailable',
    'The limits of your organisation cannot be counted right now, so the call was not made. Try again in a while.',
    { code: 'quota_unavailable', outcome: 'not-sent' },
  );
}
