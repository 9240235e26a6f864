import type { RuleOf } from './rule.ts';

/** What a policy says of one call. */
export interface Decision {
  /** `approve`: it may be made once every rule of `approvals` is satisfied. */
  readonly effect: 'allow' | 'deny' | 'approve';
  /** The rule that decided; null where none allows it. */
  readonly rule: string | null;
  /** Why, for people: without what other rules say. */
  readonly reason: string;
  /** The version of the policy; 0 is the default one. */
  readonly version: number;
  readonly approvals: readonly RuleOf<'approve'>[];
  readonly limits: readonly RuleOf<'limit'>[];
  readonly guards: readonly RuleOf<'guard'>[];
}
