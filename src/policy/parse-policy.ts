import * as z from 'zod';
import { GatehouseError } from '../errors.ts';
import { compileCondition } from './condition/condition.ts';
import { ConditionError } from './condition/condition-error.ts';
import { makeEnvironment } from './condition/vocabulary.ts';
import { type Policy, policySchema } from './rule.ts';

/** One thing that is wrong with a policy. */
export interface PolicyProblem {
  /** The rule's id; null where it has none, or where it is about the whole. */
  readonly rule: string | null;
  /** Where in the policy, such as `rules.3.when`. */
  readonly path: string;
  readonly reason: string;
  /** Within a condition: line and column from 1, and UTF-16 units from its beginning. */
  readonly at?: { readonly line: number; readonly column: number; readonly offset: number };
}

/** How many problems are told at a time. */
const MAX_PROBLEMS = 20;

/**
 * Reads a policy that somebody wants to save or to try.
 * @throws GatehouseError `policy_invalid`, whose data are `{code, problems}`: see {@link PolicyProblem}.
 */
export function parsePolicy(input: unknown): Policy {
  const parsed = policySchema.safeParse(input);
  if (!parsed.success) throw invalid(parsed.error.issues.map(issue => memberProblem(issue, input)));
  const problems = conditionProblems(parsed.data);
  if (problems.length > 0) throw invalid(problems);
  return parsed.data;
}

function memberProblem(issue: z.core.$ZodIssue, input: unknown): PolicyProblem {
  const rules = (input as { rules?: readonly { id?: unknown }[] } | null)?.rules;
  const index = issue.path[0] === 'rules' ? issue.path[1] : undefined;
  const id = typeof index === 'number' ? rules?.[index]?.id : undefined;
  return {
    rule: typeof id === 'string' ? id.slice(0, 64) : null,
    path: z.core.toDotPath(issue.path),
    reason: issue.message,
  };
}

function conditionProblems({ rules }: Policy): PolicyProblem[] {
  const environment = makeEnvironment();
  return rules.flatMap(({ id, when }, at): PolicyProblem[] => {
    if (when === undefined) return [];
    try {
      compileCondition(when, environment);
      return [];
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      return [
        { rule: id, path: `rules[${at}].when`, reason: error.message, at: placeOf(when, error.offset) },
      ];
    }
  });
}

function placeOf(text: string, offset: number) {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, offset };
}

function invalid(problems: readonly PolicyProblem[]): GatehouseError {
  const [first] = problems;
  const rule = first?.rule ? ` in the rule "${first.rule}"` : '';
  const at = first?.at ? `, line ${first.at.line}, column ${first.at.column}` : '';
  const message = `The policy is wrong${rule} at ${first?.path || 'its top'}${at}: ${first?.reason}.`;
  return new GatehouseError('policy_invalid', message, {
    code: 'policy_invalid',
    problems: problems.slice(0, MAX_PROBLEMS),
  });
}
