import { isObject, type JsonObject } from '../../protocol/message.ts';

/** What a validation may still cost. */
export class Budget {
  steps = 0;

  /** @throws BudgetSpent */
  spend(cost: number): void {
    this.steps -= cost;
    if (this.steps < 0) throw new BudgetSpent('the schema takes too long to be checked');
  }
}

/** A validation was given up, not failed. */
export class BudgetSpent extends Error {}

/** Keywords whose value is a schema, or in older drafts a list of them. */
const SCHEMAS = [
  ...['items', 'additionalItems', 'unevaluatedItems', 'contains', 'propertyNames'],
  ...['additionalProperties', 'unevaluatedProperties', 'not', 'if', 'then', 'else'],
];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const MAPS = ['properties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'];

/** Keywords that are taken as they are. Neither `pattern` nor `format` is among them: both would run regular expressions. */
const PLAIN = [
  ...[
    '$schema',
    '$id',
    '$anchor',
    '$ref',
    '$recursiveRef',
    '$recursiveAnchor',
    'type',
    'const',
    'enum',
    'required',
  ],
  ...[
    'dependentRequired',
    'minProperties',
    'maxProperties',
    'minItems',
    'maxItems',
    'minContains',
    'maxContains',
  ],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
];

/** What stands for what is left out of them, where something is: without `patternProperties`, its properties are nobody's. */
const LOOSENED_BY_PATTERNS = ['additionalProperties', 'unevaluatedProperties'];

/**
 * A copy of a stranger's schema that cannot stall whoever validates by it. Regular expressions are left out (`pattern`,
 * `patternProperties`, `format`), and so is `uniqueItems`, which compares everything with everything: engines backtrack, and no
 * inspection tells the harmless ones for sure. Keywords that are not known are left out too. Each evaluation of what is left takes
 * from the budget, so that references and alternatives cannot multiply without end.
 */
export function tamed(schema: JsonObject, budget: Budget): JsonObject {
  return copyOf(schema, budget) as JsonObject;
}

function copyOf(schema: unknown, budget: Budget): unknown {
  if (!isObject(schema)) return schema;
  const copy: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const kept = keptOf(keyword, value, budget);
    if (kept !== undefined) copy[keyword] = kept;
  }
  if (schema.patternProperties !== undefined)
    for (const keyword of LOOSENED_BY_PATTERNS) delete copy[keyword];
  return counted(copy, budget);
}

function keptOf(keyword: string, value: unknown, budget: Budget): unknown {
  if (PLAIN.includes(keyword)) return value;
  if (SCHEMAS.includes(keyword)) return Array.isArray(value) ? listOf(value, budget) : copyOf(value, budget);
  if (LISTS.includes(keyword) && Array.isArray(value)) return listOf(value, budget);
  if (MAPS.includes(keyword) && isObject(value)) return mapOf(value, budget);
  return undefined;
}

function listOf(schemas: readonly unknown[], budget: Budget): unknown[] {
  return schemas.map(schema => copyOf(schema, budget));
}

function mapOf(schemas: JsonObject, budget: Budget): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, copyOf(schema, budget)]));
}

/** The validator reads the type of a schema once whenever it evaluates it: that is when it is paid for. */
function counted(schema: JsonObject, budget: Budget): JsonObject {
  const { type } = schema;
  const cost = costOf(schema);
  const get = () => {
    budget.spend(cost);
    return type;
  };
  return Object.defineProperty(schema, 'type', { get, enumerable: false });
}

/** As much as what is gone through whenever it is evaluated. */
function costOf({ enum: values, required, properties }: JsonObject): number {
  const members = [values, required, isObject(properties) ? Object.keys(properties) : []];
  return members.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 1);
}
