import type { ASTNode } from '@marcbachmann/cel-js';
import { type Argument, type Bound, FUNCTIONS } from './functions.ts';
import { VARIABLES } from './vocabulary.ts';
import { CHARS_PER_UNIT } from './weight.ts';

/** How heavy variables are at most, by name. */
type Weights = Readonly<Record<string, number>>;

/** Macros that go through a list or the keys of a map. */
export const COMPREHENSIONS: readonly string[] = ['all', 'exists', 'exists_one', 'filter', 'map'];

/**
 * What an expression costs at most, if all variables together weigh no more than `weight`: found by going through it as the evaluator
 * does, with bounds for values. Every bound is a sum of products of weights, which {@link comprehension} builds on.
 */
export function costOf(ast: ASTNode, weight: number): number {
  const weights = Object.fromEntries(Object.keys(VARIABLES).map(name => [name, weight]));
  return boundOf(ast, weights).cost;
}

type Nodes = { readonly [Op in ASTNode['op']]: Extract<ASTNode, { readonly op: Op }> };
type Rule<Op extends ASTNode['op']> = (node: Nodes[Op], weights: Weights) => Bound;

const access: Rule<'.'> = ({ args: [of] }, weights) => plus(1, boundOf(of, weights));
const index: Rule<'[]'> = ({ args }, weights) => {
  const [of, at] = args.map(arg => boundOf(arg, weights)) as [Bound, Bound];
  return { cost: 1 + of.cost + at.cost, weight: of.weight };
};

/** Ends with the lighter side; where one does not depend on variables, that is as heavy as it gets. */
const comparison = ({ args }: { readonly args: readonly ASTNode[] }, weights: Weights): Bound => {
  const [left, right] = args.map(arg => boundOf(arg, weights)) as [Bound, Bound];
  const written = args.filter(isWritten).map(arg => boundOf(arg, {}).weight);
  const compared = written[0] ?? left.weight + right.weight;
  return { cost: 2 + left.cost + right.cost + compared, weight: 1 };
};

/** Goes through all that its operands weigh, and makes no more than that. */
const combination = ({ args }: { readonly args: readonly ASTNode[] }, weights: Weights): Bound => {
  const { cost, weight } = sum(args.map(arg => boundOf(arg, weights)));
  return { cost: 2 + cost + weight, weight: 1 + weight };
};

const logic = ({ args }: { readonly args: readonly ASTNode[] }, weights: Weights): Bound =>
  plus(1, sum(args.map(arg => boundOf(arg, weights))));

const single = ({ args }: { readonly args: ASTNode }, weights: Weights): Bound =>
  plus(1, boundOf(args, weights));

const RULES: { readonly [Op in ASTNode['op']]?: Rule<Op> } = {
  value: ({ args }) => ({
    cost: 1,
    weight: 1 + (typeof args === 'string' ? args.length / CHARS_PER_UNIT : 0),
  }),
  id: ({ args }, weights) => ({ cost: 1, weight: weights[args] ?? 1 }),
  '.': access,
  '[]': index,
  call: ({ args: [name, given] }, weights) => callBound(name, given, weights),
  rcall: ({ args: [name, receiver, given] }, weights) =>
    COMPREHENSIONS.includes(name)
      ? comprehension(name, receiver, given, weights)
      : callBound(name, [receiver, ...given], weights),
  list: combination,
  map: ({ args }, weights) => combination({ args: args.flat() }, weights),
  '?:': logic,
  '||': logic,
  '&&': logic,
  '!_': single,
  '-_': single,
  '==': comparison,
  '!=': comparison,
  '<': comparison,
  '<=': comparison,
  '>': comparison,
  '>=': comparison,
  in: combination,
  '+': combination,
  '-': combination,
  '*': combination,
  '/': combination,
  '%': combination,
};

function boundOf(node: ASTNode, weights: Weights): Bound {
  const rule = RULES[node.op] as Rule<ASTNode['op']> | undefined;
  return rule ? rule(node as never, weights) : { cost: Number.POSITIVE_INFINITY, weight: 1 };
}

function callBound(name: string, given: readonly ASTNode[], weights: Weights): Bound {
  const bounds = given.map(arg => boundOf(arg, weights));
  const args = given.map(
    (arg, at): Argument => ({ weight: bounds[at]?.weight ?? 1, literal: literalOf(arg) }),
  );
  const own = name === 'has' ? { cost: 5, weight: 1 } : FUNCTIONS[name]?.bound(args);
  return { cost: sum(bounds).cost + (own?.cost ?? Number.POSITIVE_INFINITY), weight: own?.weight ?? 1 };
}

/**
 * The items of a list together weigh no more than the list, and there are no more of them than it weighs. So its body costs, for each
 * item, what it costs for an item without weight; and once, what it costs more for an item as heavy as the list: sums of products grow at
 * least as fast as their variables.
 */
function comprehension(
  name: string,
  receiver: ASTNode,
  [variable, ...bodies]: readonly ASTNode[],
  weights: Weights,
): Bound {
  const list = boundOf(receiver, weights);
  const item = variable?.op === 'id' ? variable.args : '';
  const at = (weight: number) => sum(bodies.map(body => boundOf(body, { ...weights, [item]: weight })));
  const [empty, full] = [at(0), at(list.weight)];
  const forAll = (part: keyof Bound) => list.weight * (2 + empty[part]) + full[part] - empty[part];
  const weight = name === 'map' ? forAll('weight') : name === 'filter' ? list.weight : 1;
  return { cost: list.cost + forAll('cost'), weight };
}

function isWritten(node: ASTNode): boolean {
  return node.op === 'value' || (node.op === 'list' && node.args.every(isWritten));
}

function literalOf(node: ASTNode): unknown {
  return node.op === 'value' ? node.args : undefined;
}

function plus(cost: number, bound: Bound): Bound {
  return { cost: cost + bound.cost, weight: bound.weight };
}

function sum(bounds: readonly Bound[]): Bound {
  return bounds.reduce((all, { cost, weight }) => ({ cost: all.cost + cost, weight: all.weight + weight }), {
    cost: 0,
    weight: 0,
  });
}
