import { GatehouseError } from '../../errors.ts';
import { failure } from '../../protocol/message.ts';
import type { Step } from './governed-call.ts';

/** Asks the policy, and ends what it denies. */
export const decided: Step = async (call, next) => {
  const policy = await call.governance.policy();
  const decision = policy.decide(call.facts);
  call.notes.decision = decision;
  if (decision.effect === 'deny') return failure(denied(decision.rule, decision.reason));
  return next(call);
};

function denied(rule: string | null, reason: string): GatehouseError {
  const by =
    rule === null ? 'The policy of your organisation' : `The rule "${rule}" of your organisation's policy`;
  return new GatehouseError('policy_denied', `${by} does not allow this call. ${reason}`, {
    code: 'policy_denied',
    rule,
    outcome: 'not-sent',
  });
}
