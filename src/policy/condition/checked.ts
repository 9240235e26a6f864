import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { ConditionError } from './condition-error.ts';
import { COMPREHENSIONS, costOf } from './cost.ts';
import { FUNCTIONS } from './functions.ts';

/** How deep lists may be gone through within lists. */
const MAX_NESTED_COMPREHENSIONS = 2;

/** How heavy a call is that every condition must be affordable for: a dozen values. */
const ORDINARY_WEIGHT = 16;

const INSTEAD: Readonly<Record<string, string>> = {
  matches: 'regular expressions may stall; use like("…*…"), startsWith, endsWith or contains',
  bind: 'write the value out where it is used',
};

/**
 * Checks what the type checker does not: that only functions that are allowed are called, and that the whole costs little enough.
 * @param budget what it may cost for a call of ordinary size.
 * @throws ConditionError for the first thing that is wrong.
 */
export function checkAllowed(ast: ASTNode, environment: Environment, budget: number): void {
  visit(ast, 0, environment);
  if (costOf(ast, ORDINARY_WEIGHT) > budget)
    throw new ConditionError('it costs too much: make fewer and shorter passes through lists', 0);
}

/** Whether an expression speaks of the arguments. */
export function mentionsArguments(node: ASTNode): boolean {
  return (node.op === 'id' && node.args === 'args') || childrenOf(node).some(mentionsArguments);
}

/** Whether an expression may have a value although a part of it has none: by logic that does without it. */
export function mayDoWithout(node: ASTNode): boolean {
  return (
    ['&&', '||', '?:'].includes(node.op) ||
    (node.op === 'rcall' && COMPREHENSIONS.includes(node.args[0])) ||
    childrenOf(node).some(mayDoWithout)
  );
}

function visit(node: ASTNode, depth: number, environment: Environment): void {
  if (node.op === 'value' && typeof node.args === 'object' && node.args !== null)
    throw new ConditionError(
      'bytes and unsigned numbers may not be used: nothing of a call is any',
      node.start,
    );
  if (node.op === 'call') checkCall(node, node.args[0], node.args[1], environment);
  if (node.op === 'rcall' && COMPREHENSIONS.includes(node.args[0])) {
    const [, list, bodies] = node.args;
    if (depth === MAX_NESTED_COMPREHENSIONS)
      throw new ConditionError(`passes through lists are nested more than ${depth} deep`, node.start);
    visit(list, depth, environment);
    for (const body of bodies) visit(body, depth + 1, environment);
    return;
  }
  if (node.op === 'rcall') checkCall(node, node.args[0], [node.args[1], ...node.args[2]], environment);
  for (const child of childrenOf(node)) visit(child, depth, environment);
}

function checkCall(node: ASTNode, name: string, args: readonly ASTNode[], environment: Environment): void {
  if (name === 'has') return;
  const allowed = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!allowed) {
    const instead = INSTEAD[name];
    throw new ConditionError(`"${name}" may not be used${instead ? `: ${instead}` : ''}`, node.pos);
  }
  if (allowed.wantsLiteral) checkLiteral(node, name, args, environment);
}

/** What is written out is tried at once: a time zone or a duration that there is not would fail at every call. */
function checkLiteral(node: ASTNode, name: string, args: readonly ASTNode[], environment: Environment): void {
  const last = args.at(-1);
  const isMethod = node.op === 'rcall';
  if (!last || (isMethod && args.length === 1)) return;
  if (last.op !== 'value')
    throw new ConditionError(`what "${name}" is given must be written out`, last.start);
  const text = last.input.slice(last.start, last.end);
  try {
    environment.evaluate(
      name.startsWith('get') ? `now.${name}(${text})` : isMethod ? 'true' : `${name}(${text})`,
      {
        now: new Date(0),
      },
    );
  } catch {
    throw new ConditionError(`"${name}" does not understand ${text}`, last.start);
  }
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  return [node.args].flat(3).filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}
