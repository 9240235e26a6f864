import { isJson, strings } from './json.ts';
import { plainLine } from './plain-text.ts';

const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

const MAX_PATTERN_LENGTH = 256;
const MAX_FORMAT_LENGTH = 40;
const MAX_DEFAULT_LENGTH = 200;
const MAX_EXAMPLE_LENGTH = 40;

/**
 * What is taken over of a schema as it is, by keyword: what each says of the value it is given, undefined where that is not what
 * JSON Schema 2020-12 has there. Keywords that are not here, extensions above all, are left out.
 */
export const PLAIN_KEYWORDS: Readonly<Record<string, (value: unknown) => unknown>> = {
  type: typesIn,
  format: value => (typeof value === 'string' ? plainLine(value, MAX_FORMAT_LENGTH) : undefined),
  enum: value => (Array.isArray(value) && value.length > 0 ? value.filter(isScalar) : undefined),
  const: value => (isScalar(value) ? value : undefined),
  default: value => (isSmall(value, MAX_DEFAULT_LENGTH) ? value : undefined),
  minimum: numberIn,
  maximum: numberIn,
  exclusiveMinimum: numberIn,
  exclusiveMaximum: numberIn,
  multipleOf: value => (typeof value === 'number' && value > 0 ? value : undefined),
  minLength: countIn,
  maxLength: countIn,
  minItems: countIn,
  maxItems: countIn,
  minProperties: countIn,
  maxProperties: countIn,
  uniqueItems: value => value === true || undefined,
  deprecated: value => value === true || undefined,
  pattern: value => (isPattern(value) ? value : undefined),
  contentEncoding: value => (typeof value === 'string' ? plainLine(value, MAX_FORMAT_LENGTH) : undefined),
  contentMediaType: value => (typeof value === 'string' ? plainLine(value, MAX_FORMAT_LENGTH) : undefined),
};

/** An example that says something in little space; null where there is none. */
export function exampleIn(schema: Readonly<Record<string, unknown>>): string | number | null {
  const example = Array.isArray(schema.examples) ? schema.examples[0] : schema.example;
  const isPlain = typeof example === 'string' || typeof example === 'number';
  return isPlain && String(example).length <= MAX_EXAMPLE_LENGTH ? example : null;
}

function typesIn(value: unknown): unknown {
  if (typeof value === 'string') return TYPES.includes(value) ? value : undefined;
  const types = [...new Set(strings(value))].filter(type => TYPES.includes(type));
  return types.length > 1 ? types : types[0];
}

function numberIn(value: unknown): unknown {
  return Number.isFinite(value) ? value : undefined;
}

function countIn(value: unknown): unknown {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isSmall(value: unknown, maxLength: number): boolean {
  if (isScalar(value)) return String(value).length <= maxLength;
  // Only flat values: what nests may be of any size.
  const parts = Array.isArray(value) ? value : isJson(value) ? Object.values(value) : [{}];
  return parts.length <= 16 && parts.every(isScalar) && JSON.stringify(value).length <= maxLength;
}

/** Read as clients read it, and never run. */
function isPattern(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_PATTERN_LENGTH) return false;
  try {
    return new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
