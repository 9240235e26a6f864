import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Policy, RuleOf } from './rule.ts';

/** A version of a policy, ready to decide; made once per version. */
export interface CompiledPolicy {
  readonly version: number;
  /** What it says of a call. It never throws: what cannot be told counts against the call. */
  decide(facts: Facts): Decision;
  /** Whether a list shows it: whether some arguments, at some time, may be called. */
  mayShow(facts: Facts): boolean;
}

/** Makes a policy ready. @throws GatehouseError `policy_invalid`, with the rule and the place in it. */
export function compilePolicy({ rules }: Policy, version: number): CompiledPolicy {
  const active = rules.filter(({ isDisabled }) => !isDisabled);
  const allow = active.find(({ effect }) => effect === 'allow') as RuleOf<'allow'> | undefined;
  const decision: Decision = {
    effect: allow ? 'allow' : 'deny',
    rule: allow?.id ?? null,
    reason: allow ? 'A rule allows it.' : 'No rule allows it.',
    version,
    approvals: [],
    limits: [],
    guards: [],
  };
  return {
    version,
    decide: ({ caller, called }) =>
      caller.tenant === called.tenant
        ? decision
        : { ...decision, effect: 'deny', rule: null, reason: 'It is of another organisation.' },
    mayShow: () => allow !== undefined,
  };
}
