import type { Decision } from './decision.ts';
import type { Rule } from './rule.ts';

/** The parts of a rule that a call must fit, in the order in which they are looked at. */
export type RulePart = 'who' | 'what' | 'when';

/** Whether a rule is about a call. `unknown`: that depends on arguments that are not known. `failed`: its condition could not be told. */
export type Verdict = 'matched' | 'not-matched' | 'unknown' | 'failed';

/** How a rule was found to be, or not to be, about a call. */
export interface RuleFinding {
  readonly verdict: Verdict;
  /** The part that did not fit, is unknown or has failed; null where it matched. */
  readonly part: RulePart | null;
  /** Why a condition failed; else null. It names no values of the call. */
  readonly reason: string | null;
}

/** One rule of a policy in an explanation. */
export interface RuleTrace extends Omit<RuleFinding, 'verdict'> {
  readonly rule: string;
  readonly effect: Rule['effect'];
  /** `disabled`: it was not looked at. */
  readonly verdict: Verdict | 'disabled';
}

/** A decision, and what each rule had to do with it, in the order of the policy. */
export interface Explanation {
  readonly decision: Decision;
  readonly rules: readonly RuleTrace[];
}
