import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';
import { reportFault } from '../../errors.ts';
import { isObject, type JsonObject } from '../../protocol/message.ts';
import { Budget, BudgetSpent, tamed } from './tamed-schema.ts';

/** How many evaluations of a schema a validation may take; some tenths of a second at most. */
const MAX_STEPS = 50_000;

/** Steps times the most members of anything in the value: what is evaluated is copied per step. */
const MAX_COPIES = 20_000_000;

const MAX_WORDS = 200;

/** A schema that is ready to be used, with the budget of the validation that runs. */
interface Prepared {
  readonly validate: (value: unknown) => {
    readonly valid: boolean;
    readonly errorMessage?: string | undefined;
  };
  readonly budget: Budget;
}

/** By the schema as it is remembered with its tool; null where it cannot be used. */
const prepared = new WeakMap<JsonObject, Prepared | null>();

/**
 * Where a tool's structured content is not what its output schema says; null where it is, where there is no schema, and where it cannot be
 * told: validation is a service to callers and no protection of ours, so what would take too long, or is in no dialect that
 * is known, counts as unchecked. Schemas come from anybody, so what runs is a tamed copy, see {@link tamed}; nothing is
 * fetched and no code is made of it.
 */
export function violationOf(schema: unknown, structuredContent: unknown): string | null {
  if (!isObject(schema)) return null;
  if (structuredContent === undefined) return 'the structured content is missing';
  const ready = prepared.get(schema) ?? prepare(schema);
  if (!prepared.has(schema)) prepared.set(schema, ready);
  return ready && checked(ready, structuredContent);
}

function prepare(schema: JsonObject): Prepared | null {
  const budget = new Budget();
  try {
    return { validate: new CfWorkerJsonSchemaValidator().getValidator(tamed(schema, budget)), budget };
  } catch (error) {
    reportFault('output_schema_unusable', error);
    return null;
  }
}

function checked({ validate, budget }: Prepared, value: unknown): string | null {
  budget.steps = Math.min(MAX_STEPS, Math.floor(MAX_COPIES / widest(value)));
  try {
    const { valid, errorMessage = '' } = validate(value);
    return valid ? null : inOneLine(errorMessage);
  } catch (error) {
    // Too long, too deep, or a reference that leads nowhere.
    if (!(error instanceof BudgetSpent) && !(error instanceof RangeError))
      reportFault('output_schema_unusable', error);
    return null;
  }
}

/** The most members that anything in a value has; at least 1. */
function widest(value: unknown): number {
  let most = 1;
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    const members = Object.values(next);
    most = Math.max(most, members.length);
    for (const member of members) left.push(member);
  }
  return most;
}

/** The validator says what is wrong from the outside in, and quotes names of the server's. */
function inOneLine(message: string): string {
  const line = (message.split('; #').at(-1) ?? '').replace(/[^\P{C} ]+/gu, ' ');
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line;
}
