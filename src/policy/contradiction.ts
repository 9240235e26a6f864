/** What is looked at of a rule; see src/policy/rule.ts. */
interface Members {
  readonly effect: string;
  readonly scopes?: readonly string[] | undefined;
  readonly periodSeconds?: number | undefined;
  readonly count?: string | undefined;
  readonly per?: string | undefined;
  readonly windowSeconds?: number | undefined;
  readonly find?: unknown;
  readonly action?: string | undefined;
}

/** A member that does not go with another. */
export interface Contradiction {
  readonly member: keyof Members;
  readonly reason: string;
}

/** What must not be together in a rule. */
const CHECKS: readonly (Contradiction & { readonly is: (rule: Members) => boolean })[] = [
  {
    member: 'periodSeconds',
    reason: 'say for how long, since the scope "period" may be chosen',
    is: ({ scopes, periodSeconds }) => isPeriodic(scopes) && periodSeconds === undefined,
  },
  {
    member: 'periodSeconds',
    reason: 'leave it out, or add "period" to the scopes',
    is: ({ scopes, periodSeconds }) => !isPeriodic(scopes) && periodSeconds !== undefined,
  },
  {
    member: 'windowSeconds',
    reason: 'say within how long',
    is: ({ count, windowSeconds }) => isOverTime(count) && windowSeconds === undefined,
  },
  {
    member: 'windowSeconds',
    reason: 'leave it out: calls at a time and open streams are counted as they are',
    is: ({ count, windowSeconds }) =>
      count !== undefined && !isOverTime(count) && windowSeconds !== undefined,
  },
  {
    member: 'per',
    reason: 'a stream is of no tool in particular: count it per user, server or tenant',
    is: ({ count, per }) => count === 'streams' && per === 'tool',
  },
  {
    member: 'count',
    // A limit that nothing takes from must not look as if it held.
    reason: 'open streams are not counted yet: leave the rule out',
    is: ({ count }) => count === 'streams',
  },
  {
    member: 'action',
    reason: 'what is too large cannot be masked: deny or flag it',
    is: ({ find, action }) => typeof find === 'object' && action === 'mask',
  },
];

/** The first contradiction between members of a rule, or null. */
export function contradictionIn(rule: Members): Contradiction | null {
  return CHECKS.find(({ is }) => is(rule)) ?? null;
}

function isPeriodic(scopes: readonly string[] | undefined): boolean {
  return scopes?.includes('period') ?? false;
}

function isOverTime(count: string | undefined): boolean {
  return count === 'calls' || count === 'bytes';
}
