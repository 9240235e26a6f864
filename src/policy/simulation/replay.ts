import type { CompiledPolicy } from '../compiled-policy.ts';
import type { Decision } from '../decision.ts';
import type { Explanation } from '../explanation.ts';
import type { Facts } from '../facts.ts';

/** A call that was made, as far as the audit trail tells. */
export interface RecordedCall {
  /** The id of its event. */
  readonly event: string;
  /** Where its arguments are not on record they are null; of a resource whose URI is not, the name is empty. */
  readonly facts: Facts;
  /** What was decided then; null where that is not on record. */
  readonly effect: Decision['effect'] | null;
  readonly rule: string | null;
}

/** What a draft would say of a call: `unknown` where that depends on what is not on record. */
export interface Verdict {
  readonly effect: Decision['effect'] | 'unknown';
  readonly rule: string | null;
}

/** A call of which a draft would say something else, or might. */
export interface Difference {
  readonly call: RecordedCall;
  readonly now: Verdict;
}

/** What a draft would have changed. */
export interface Replay {
  readonly calls: number;
  readonly same: number;
  readonly unknown: number;
  readonly differences: readonly Difference[];
}

/** Decides again about calls that were made, by another policy. */
export function replayed(policy: CompiledPolicy, calls: readonly RecordedCall[]): Replay {
  const outcomes = calls.map(call => ({ call, now: verdictOn(call, policy) }));
  const differences = outcomes.filter(({ call, now }) => now.effect !== call.effect);
  return {
    calls: calls.length,
    same: calls.length - differences.length,
    unknown: differences.filter(({ now }) => now.effect === 'unknown').length,
    differences,
  };
}

function verdictOn({ facts }: RecordedCall, policy: CompiledPolicy): Verdict {
  const explanation = policy.explain(facts);
  const { effect, rule } = explanation.decision;
  if (facts.called.name === '') return UNKNOWN;
  // Whichever of several denies first: one that is certain is enough.
  const denying = explanation.rules.find(each => each.effect === 'deny' && each.verdict === 'matched');
  if (denying) return { effect: 'deny', rule: denying.rule };
  return isCertain(explanation) ? { effect, rule } : UNKNOWN;
}

const UNKNOWN: Verdict = { effect: 'unknown', rule: null };

/**
 * Whether no rule of which it is not known whether it is about the call could make its decision another, where no rule denies it for
 * certain.
 */
function isCertain({ decision, rules }: Explanation): boolean {
  const isAllowed = rules.some(({ effect, verdict }) => effect === 'allow' && verdict === 'matched');
  const open = rules.filter(({ verdict }) => verdict === 'unknown').map(({ effect }) => effect);
  if (open.includes('deny') || (!isAllowed && open.includes('allow'))) return false;
  return decision.effect === 'approve' || !open.includes('approve');
}
