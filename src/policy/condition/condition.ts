import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import type { RuleFinding, Verdict } from '../explanation.ts';
import { DECISION_BUDGET, type Scene } from '../scene.ts';
import { checkAllowed, mayDoWithout, mentionsArguments } from './checked.ts';
import { ConditionError } from './condition-error.ts';
import { costOf } from './cost.ts';

/** A condition of a rule, ready to be asked. It never throws. */
export type Condition = (scene: Scene) => RuleFinding;

const MATCHED: RuleFinding = { verdict: 'matched', part: null, reason: null };
const NOT_MATCHED: RuleFinding = { verdict: 'not-matched', part: 'when', reason: null };
const UNKNOWN: RuleFinding = { verdict: 'unknown', part: 'when', reason: null };

/** What may be wrong with an expression, as the library says it. */
interface Fault {
  readonly summary?: string;
  readonly code?: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/**
 * Reads an expression, so that it can be asked at once of every call.
 * @throws ConditionError where it is wrong, is no yes or no, or may cost too much.
 */
export function compileCondition(source: string, environment: Environment): Condition {
  const { run, ast } = parsed(source, environment);
  checkAllowed(ast, environment, DECISION_BUDGET / 2);
  const isAboutArguments = mentionsArguments(ast);
  const isUnknownWithout = isAboutArguments && !mayDoWithout(ast);
  const costAt = costs(ast);
  return scene => {
    if (isUnknownWithout && scene.facts.arguments === null) return UNKNOWN;
    if (isAboutArguments && scene.weight === Number.POSITIVE_INFINITY)
      return failed('the arguments are too large, or nested too deep');
    if (!scene.spend(costAt(scene.power))) return failed('it costs too much for arguments of this size');
    try {
      return finding(run(scene.context));
    } catch (error) {
      const isUnknown = isAboutArguments && scene.facts.arguments === null;
      return isUnknown ? UNKNOWN : failed(reasonOf(error as Fault, source));
    }
  };
}

function parsed(
  source: string,
  environment: Environment,
): { run: (context: object) => unknown; ast: ASTNode } {
  try {
    const run = environment.parse(source);
    const { valid, type, error } = run.check();
    if (!valid) throw error;
    if (type !== 'bool' && type !== 'dyn')
      throw new ConditionError(`it is of the type ${type}, not a yes or no`, 0);
    return { run, ast: run.ast };
  } catch (error) {
    if (error instanceof ConditionError) throw error;
    const { summary, range } = error as Fault;
    throw new ConditionError(summary ?? 'it cannot be read', range?.start ?? 0);
  }
}

/** What it costs by how heavy a call is, as powers of two; each found out once. */
function costs(ast: ASTNode): (power: number) => number {
  const known: number[] = [];
  return power => {
    known[power] ??= costOf(ast, 2 ** power);
    return known[power];
  };
}

function finding(value: unknown): RuleFinding {
  if (typeof value === 'boolean') return value ? MATCHED : NOT_MATCHED;
  return failed('it is neither true nor false');
}

function failed(reason: string): RuleFinding {
  const verdict: Verdict = 'failed';
  return { verdict, part: 'when', reason };
}

/** Of what the library says only what does not come from the call. */
function reasonOf({ code, range }: Fault, source: string): string {
  const what = code?.replaceAll('_', ' ') ?? 'it cannot be evaluated';
  return range ? `${what}: ${source.slice(range.start, range.end)}` : what;
}
