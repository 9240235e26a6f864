import { CallError } from './call-error.ts';
import type { Arguments, Operation } from './operation.ts';

/** The arguments that are this server's own, whatever the API. */
export const FIELDS = '_fields';
export const OFFSET = '_offset';

/** What is asked of the answer. */
export interface AnswerChoice {
  /** Paths of members; all where there are none. */
  readonly fields: readonly string[];
  /** Where in a long answer to begin, in UTF-16 units. */
  readonly offset: number;
}

/**
 * Refuses arguments that there are not, and the want of those that there must be. What they hold the API itself judges: it knows
 * more of that than its description says.
 * @throws CallError naming all that is wrong.
 */
export function checkArguments(operation: Operation, args: Arguments): void {
  const { parameters, body } = operation;
  const members = body?.members ?? [];
  const isSent = members.some(({ arg }) => isGiven(args, arg));
  const inBody = [
    ...(body?.required || isSent ? members : []).filter(each => each.required).map(({ arg }) => arg),
    ...(body?.required && body.arg !== undefined ? [body.arg] : []),
  ];
  const missing = [
    // Of parameters, null is none; as a member of a body it may be a value.
    ...parameters.filter(({ arg, required }) => required && (argumentOf(args, arg) ?? null) === null),
    ...inBody.filter(arg => !isGiven(args, arg)).map(arg => ({ arg })),
  ].map(({ arg }) => arg);
  const known = [
    ...parameters.map(({ arg }) => arg),
    ...members.map(({ arg }) => arg),
    ...(body?.arg === undefined ? [] : [body.arg]),
  ];
  const foreign = Object.keys(args).filter(name => ![...known, FIELDS, OFFSET].includes(name));
  if (missing.length === 0 && foreign.length === 0) return;
  const problems = [
    ...missing.map(arg => `"${arg}" is missing`),
    ...foreign.map(name => `there is no "${name.slice(0, 64)}"`),
  ];
  throw new CallError(`Not sent: ${problems.join('; ')}. Arguments: ${known.join(', ') || 'none'}.`);
}

/** The value of an argument; undefined where it is not there. */
export function argumentOf(args: Arguments, name: string): unknown {
  return Object.hasOwn(args, name) ? args[name] : undefined;
}

/** Whether a value was given. */
export function isGiven(args: Arguments, name: string): boolean {
  return argumentOf(args, name) !== undefined;
}

/** @throws CallError where what is asked of the answer is nothing that can be asked. */
export function answerChoice(args: Arguments): AnswerChoice {
  const [fields, offset] = [argumentOf(args, FIELDS) ?? [], argumentOf(args, OFFSET) ?? 0];
  if (!Array.isArray(fields) || !fields.every(field => typeof field === 'string')) {
    throw new CallError(`Not sent: "${FIELDS}" must be a list of texts such as "owner.login".`);
  }
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0) {
    throw new CallError(`Not sent: "${OFFSET}" must be 0 or a whole number above.`);
  }
  return { fields, offset };
}
