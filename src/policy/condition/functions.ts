import { CHARS_PER_UNIT } from './weight.ts';

/** What a step of evaluation costs and how heavy its value is, both at most. One unit of cost takes about 50 ns. */
export interface Bound {
  readonly cost: number;
  readonly weight: number;
}

/** What a function's argument is: how heavy, and the text where it is a literal. */
export interface Argument {
  readonly weight: number;
  readonly literal: unknown;
}

/** A function that conditions may use. */
export interface AllowedFunction {
  /** Its own cost and the weight of its value. @param args with the receiver of a method first. */
  readonly bound: (args: readonly Argument[]) => Bound;
  /** Its last argument must be written out, because what it costs or means hangs on it. */
  readonly wantsLiteral?: true;
}

const constant = (cost: number): AllowedFunction => ({ bound: () => ({ cost, weight: 1 }) });

/** Goes through all of its arguments once. */
const scan: AllowedFunction = { bound: args => ({ cost: 1 + total(args), weight: 1 }) };

/** Makes text or numbers of what it is given, of at most three times the size (`toUpperCase` of "ΐ"). */
const convert: AllowedFunction = {
  bound: args => ({ cost: 2 + 3 * total(args), weight: 1 + 3 * total(args) }),
};

/** Compares the beginning or the end: no more than what is looked for. */
const compare: AllowedFunction = {
  bound: args => ({ cost: 2 + (isText(args[1]) ? args[1].weight : total(args)), weight: 1 }),
};

/**
 * Looks for a text. V8 does that in time linear in the text for what is up to 250 long; beyond, in that of the product at worst.
 */
const find: AllowedFunction = {
  bound: ([text, wanted]) => ({ cost: 2 + findCost(text, wanted), weight: 1 }),
};

const SHORT_TEXT = 250;

function findCost(text: Argument | undefined, wanted: Argument | undefined): number {
  const isShort = isText(wanted) && wanted.literal.length <= SHORT_TEXT;
  const perUnit = isShort ? 20 : 20 + 206 * (wanted?.weight ?? 0);
  return (text?.weight ?? 0) * perUnit;
}

/** Each character may become a part of its own. */
const split: AllowedFunction = {
  bound: ([text, by]) => {
    const parts = CHARS_PER_UNIT * (text?.weight ?? 0);
    return { cost: 2 + parts + findCost(text, by), weight: 1 + 2 * parts };
  },
};

const join: AllowedFunction = {
  bound: ([list, by]) => {
    const weight = (list?.weight ?? 0) * (1 + (by?.weight ?? 0));
    return { cost: 2 + weight, weight };
  },
};

/** Reading a clock in a time zone means to format it: 20 µs and more. */
const clock: AllowedFunction = {
  bound: args => ({ cost: args.length > 1 ? 1000 : 2, weight: 1 }),
  wantsLiteral: true,
};

/**
 * The functions that conditions may use, by name, with what they cost. All others are refused: `matches` because regular expressions
 * can stall, `json` because it makes values that nobody has weighed, `uint` because the library gets unsigned numbers wrong.
 */
export const FUNCTIONS: Readonly<Record<string, AllowedFunction>> = {
  size: scan,
  startsWith: compare,
  endsWith: compare,
  contains: find,
  indexOf: find,
  lastIndexOf: find,
  like: { ...find, wantsLiteral: true },
  lowerAscii: convert,
  upperAscii: convert,
  trim: convert,
  substring: convert,
  split,
  join,
  int: convert,
  double: convert,
  string: convert,
  bool: compare,
  dyn: { bound: args => ({ cost: 1, weight: total(args) }) },
  type: constant(2),
  timestamp: { ...constant(20), wantsLiteral: true },
  duration: { ...constant(20), wantsLiteral: true },
  getFullYear: clock,
  getMonth: clock,
  getDate: clock,
  getDayOfMonth: clock,
  getDayOfWeek: clock,
  getHours: clock,
  getMinutes: clock,
  getSeconds: clock,
};

function isText(arg: Argument | undefined): arg is Argument & { readonly literal: string } {
  return typeof arg?.literal === 'string';
}

function total(args: readonly Argument[]): number {
  return args.reduce((sum, { weight }) => sum + weight, 0);
}
