import type { Dialect } from './description.ts';
import type { Effort } from './effort.ts';
import { isJson, type Json, listIn, member, objectIn, strings, textIn } from './json.ts';
import { plainText } from './plain-text.ts';
import type { References } from './references.ts';
import { exampleIn, PLAIN_KEYWORDS } from './schema-keywords.ts';

/** How much of a schema is written. */
export interface Detail {
  /** How deep it may nest. */
  readonly depth: number;
  /** The length of each description, in UTF-16 units; none at all for 0. */
  readonly descriptionLength: number;
  /** How many schemas in all. */
  readonly maxSchemas: number;
}

/** Where schemas are from. */
export interface SchemaSource {
  readonly references: References;
  readonly dialect: Dialect;
  readonly effort: Effort;
}

/** Where in a schema something is written. */
interface Place {
  readonly depth: number;
  /** The references that led here. */
  readonly path: readonly string[];
}

const TOP: Place = { depth: 0, path: [] };

/**
 * Writes schemas of OpenAPI 3.0 and 3.1 as JSON Schema 2020-12, each complete in itself: what is referred to is written where it
 * is referred to, since many clients cannot follow references. What nests too deep, leads back to itself, or is more than there is
 * room for, is written by its type alone, so a schema of any size or shape takes bounded time and space.
 */
export class SchemaWriter {
  readonly #references: References;
  readonly #dialect: Dialect;
  readonly #effort: Effort;
  readonly #detail: Detail;
  #left: number;

  constructor({ references, dialect, effort }: SchemaSource, detail: Detail) {
    this.#references = references;
    this.#dialect = dialect;
    this.#effort = effort;
    this.#detail = detail;
    this.#left = detail.maxSchemas;
  }

  write(schema: unknown, at: Place = TOP): Json {
    if (schema === false) return { not: {} };
    this.#left -= 1;
    this.#effort.spend(1);
    const { value, path } = this.#references.target(schema);
    if (!isJson(value)) return {};
    const own = this.#withSiblings(schema, value);
    const isCycle = path.some(reference => at.path.includes(reference));
    if (isCycle || at.depth >= this.#detail.depth || this.#left < 0) return this.#outline(own);
    return this.#whole(own, { depth: at.depth, path: [...at.path, ...path] });
  }

  /** In 3.1, what stands beside a reference counts too (JSON Schema 2020-12 section 8.2.3.1). */
  #withSiblings(schema: unknown, target: Json): Json {
    if (schema === target || this.#dialect === '3.0') return target;
    const { $ref: _, ...siblings } = schema as Json;
    return { ...target, ...siblings };
  }

  #outline(schema: Json): Json {
    const type = PLAIN_KEYWORDS.type?.(schema.type);
    return { ...(type !== undefined && { type }), ...this.#description(schema) };
  }

  #whole(schema: Json, at: Place): Json {
    const own = {
      ...plainKeywords(schema),
      ...this.#description(schema),
      ...(this.#dialect === '3.0' && exclusiveBounds(schema)),
      ...this.#members(schema, at),
      ...this.#elements(schema, at),
      ...this.#choices(schema, at),
    };
    const parts = listIn(schema, 'allOf').map(part => this.write(part, at));
    const all = parts.length > 0 ? combined([own, ...parts]) : own;
    return this.#dialect === '3.0' && schema.nullable === true ? orNull(all) : withExample(all, schema);
  }

  #description(schema: Json): Json {
    const { descriptionLength } = this.#detail;
    const description =
      descriptionLength > 0 ? plainText(textIn(schema, 'description'), descriptionLength) : '';
    return description === '' ? {} : { description };
  }

  /** What a server says but does not take (`readOnly`) is no argument. */
  #members(schema: Json, at: Place): Json {
    const all = Object.entries(objectIn(schema, 'properties'));
    this.#effort.spend(all.length);
    const entries = all.filter(([, property]) => this.#references.object(property).readOnly !== true);
    const given = strings(schema.required);
    const names = new Set(entries.map(([name]) => name));
    const isOpen = schema.properties === undefined;
    const required = given.filter(name => isOpen || names.has(name));
    const { additionalProperties: more } = schema;
    return {
      ...(entries.length > 0 && {
        properties: Object.fromEntries(
          entries.map(([name, property]) => [name, this.write(property, below(at))] as const),
        ),
      }),
      ...(required.length > 0 && { required }),
      ...(more === false && { additionalProperties: false }),
      ...(isJson(more) &&
        Object.keys(more).length > 0 && { additionalProperties: this.write(more, below(at)) }),
    };
  }

  #elements(schema: Json, at: Place): Json {
    const first = listIn(schema, 'prefixItems').map(item => this.write(item, below(at)));
    return {
      ...(first.length > 0 && { prefixItems: first }),
      ...(isJson(schema.items) && { items: this.write(schema.items, below(at)) }),
    };
  }

  #choices(schema: Json, at: Place): Json {
    const written = (name: string) => listIn(schema, name).map(choice => this.write(choice, below(at)));
    const [anyOf, oneOf] = [written('anyOf'), written('oneOf')];
    return { ...(anyOf.length > 0 && { anyOf }), ...(oneOf.length > 0 && { oneOf }) };
  }
}

function below({ depth, path }: Place): Place {
  return { depth: depth + 1, path };
}

function plainKeywords(schema: Json): Json {
  const found = Object.entries(PLAIN_KEYWORDS).map(
    ([name, read]) => [name, Object.hasOwn(schema, name) ? read(schema[name]) : undefined] as const,
  );
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** In 3.0 `exclusiveMinimum: true` makes a bound of `minimum` that is no value itself; in 2020-12 it is the bound. */
function exclusiveBounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Json): Json {
  return {
    ...(exclusiveMinimum === true &&
      typeof minimum === 'number' && { exclusiveMinimum: minimum, minimum: undefined }),
    ...(exclusiveMaximum === true &&
      typeof maximum === 'number' && { exclusiveMaximum: maximum, maximum: undefined }),
  };
}

function withExample(schema: Json, from: Json): Json {
  const example = exampleIn(from);
  const saysMore = example !== null && !('enum' in schema) && !('default' in schema) && !('const' in schema);
  return saysMore ? { ...schema, examples: [example] } : schema;
}

/** The same, or null (3.0 `nullable`). What has no type takes null anyway. */
function orNull(schema: Json): Json {
  const { type, anyOf, oneOf } = schema;
  const values = member(schema, 'enum');
  const withNull = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
  if (typeof type === 'string') return { ...schema, type: [type, 'null'], ...withNull };
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...anyOf, { type: 'null' }] };
  if (Array.isArray(oneOf)) return { ...schema, oneOf: [...oneOf, { type: 'null' }] };
  return { ...schema, ...withNull };
}

/** Keywords of which the first one that is said goes. */
const SAID_ONCE = ['description', 'default', 'deprecated', 'examples'];

/** Several schemas that all hold, as one where that can be; else as they are. */
function combined(parts: readonly Json[]): Json {
  const spoken = parts.filter(part => Object.keys(part).length > 0);
  const [first = {}, ...more] = spoken;
  let all = first;
  for (const part of more) {
    const next = both(all, part);
    if (next === null) return { allOf: spoken };
    all = next;
  }
  return all;
}

function both(first: Json, then: Json): Json | null {
  const shared = Object.keys(then).filter(name => Object.hasOwn(first, name) && !SAID_ONCE.includes(name));
  const joined: Record<string, unknown> = {};
  for (const name of shared) {
    if (name === 'properties') joined[name] = { ...objectIn(first, name), ...objectIn(then, name) };
    else if (name === 'required')
      joined[name] = [...new Set([...strings(first[name]), ...strings(then[name])])];
    else if (JSON.stringify(first[name]) !== JSON.stringify(then[name])) return null;
  }
  return { ...then, ...first, ...joined };
}
