import { decodeHeaderValue, encodeHeaderValue, headerMismatch, isToken } from './mcp-headers.ts';
import { isObject, type JsonObject } from './message.ts';

/** `Mcp-Param-*` headers, which mirror arguments of a tool (2026-07-28, Streamable HTTP, "Schema Extension"). */

const ANNOTATION = 'x-mcp-header';
const PREFIX = 'mcp-param-';
const TYPES: readonly unknown[] = ['string', 'integer', 'boolean'];
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Deeper schemas are not looked into; a stranger's may be of any depth. */
const MAX_DEPTH = 64;

/** Where a tool's schema asks for a header. */
interface Declared {
  /** The names of the properties that lead to the argument. */
  readonly path: readonly string[];
  readonly name: string;
  readonly type: unknown;
}

/** The `Mcp-Param-*` headers that a client sent. */
export function paramHeadersOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith(PREFIX)));
}

/** The headers that a tool's annotations ask for, made from the arguments: each hop makes its own. */
export function paramHeadersFor(inputSchema: unknown, args: unknown): Record<string, string> {
  const made = declaredIn(inputSchema).flatMap(({ path, name }) => {
    const value = valueAt(args, path);
    const isFit = isToken(name) && isPrimitive(value);
    return isFit ? [[`${PREFIX}${name.toLowerCase()}`, encodeHeaderValue(String(value))]] : [];
  });
  return Object.fromEntries(made);
}

/**
 * Checks that the headers a client sent say what the arguments say. An argument that is there needs its header; one that is absent or
 * null has none, and a header is ignored. Whole numbers are compared as numbers.
 * @throws GatehouseError `header_mismatch`, naming the header.
 */
export function checkParamHeaders(headers: Headers, inputSchema: unknown, args: unknown): void {
  for (const { path, name, type } of declaredIn(inputSchema)) {
    const value = valueAt(args, path);
    if (!isToken(name) || !isPrimitive(value)) continue;
    const header = `Mcp-Param-${name}`;
    const sent = headers.get(header);
    if (sent === null)
      throw headerMismatch(header, `the header ${header} is missing; it must mirror the body`);
    if (!isSame(decodeHeaderValue(sent.trim()), value, type)) {
      throw headerMismatch(header, `the header ${header} differs from the body`);
    }
  }
}

/** What is wrong with the annotations of a schema, so that its tool cannot be offered; null where nothing is. */
export function paramHeaderFault(inputSchema: unknown): string | null {
  const declared = declaredIn(inputSchema);
  if (countOf(inputSchema) > declared.length) {
    return `${ANNOTATION} is only for properties that are reached by "properties" alone, and must be a text`;
  }
  const wrong = declared.find(({ name, type }) => !isToken(name) || !TYPES.includes(type));
  if (wrong)
    return `${ANNOTATION} of ${wrong.path.join('.')} must be a token, on a string, integer or boolean`;
  const names = declared.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : `${ANNOTATION} "${twice}" is declared twice`;
}

/** The annotations of properties that are reached by `properties` alone. */
function declaredIn(schema: unknown, path: readonly string[] = []): Declared[] {
  if (!isObject(schema) || path.length > MAX_DEPTH) return [];
  const { [ANNOTATION]: name, type, properties } = schema;
  const own = typeof name === 'string' && path.length > 0 ? [{ path, name, type }] : [];
  const below = isObject(properties) ? Object.entries(properties) : [];
  return [...own, ...below.flatMap(([key, property]) => declaredIn(property, [...path, key]))];
}

/** Keywords whose value is no schema, and may hold anything. */
const DATA: readonly string[] = ['const', 'default', 'enum', 'examples'];

/** How many annotations there are anywhere in a schema. */
function countOf(schema: unknown, depth = 0, isNames = false): number {
  if (Array.isArray(schema)) return schema.reduce<number>((sum, each) => sum + countOf(each, depth), 0);
  if (!isObject(schema) || depth > 2 * MAX_DEPTH) return 0;
  return Object.entries(schema).reduce((sum, [key, value]) => {
    if (!isNames && DATA.includes(key)) return sum;
    const own = !isNames && key === ANNOTATION ? 1 : 0;
    return sum + own + countOf(value, depth + 1, !isNames && NAMED.includes(key));
  }, 0);
}

/** Keywords whose value has names of the author's own choice. */
const NAMED: readonly string[] = [
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
];

function valueAt(args: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => ownValue(value, key), args);
}

function ownValue(holder: unknown, key: string): unknown {
  return isObject(holder) && Object.hasOwn(holder, key) ? (holder as JsonObject)[key] : undefined;
}

function isSame(said: string | undefined, value: string | number | boolean, type: unknown): boolean {
  const isNumber = typeof value === 'number' && ['integer', 'number'].includes(String(type));
  if (said !== undefined && isNumber && DECIMAL.test(said)) return Number(said) === value;
  return said === String(value);
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
