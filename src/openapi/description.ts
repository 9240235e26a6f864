import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { GatehouseError } from '../errors.ts';
import { descriptionFault } from './fault.ts';
import { isJson, type Json, member } from './json.ts';

/** The largest description: GitHub's is 13 MB, one of the largest that there are. */
export const MAX_DESCRIPTION_BYTES = 16 * 1024 * 1024;

/** The largest in YAML: what reads it takes ten times as much memory, of the 128 MB that a Worker has. */
const MAX_YAML_BYTES = 6 * 1024 * 1024;

/** What descriptions nest at most: JSON and YAML alike are walked only so far. */
const YAML = { schema: CORE_SCHEMA.withTags(mergeTag), maxDepth: 200 };

/** How a description's revision makes a difference to us: 3.0 has a schema dialect of its own. */
export type Dialect = '3.0' | '3.1';

/** An OpenAPI description as it was given. */
export interface Description {
  readonly root: Json;
  readonly dialect: Dialect;
}

const DIALECTS: readonly { readonly of: RegExp; readonly dialect: Dialect }[] = [
  { of: /^3\.0\.\d+/, dialect: '3.0' },
  { of: /^3\.1\.\d+/, dialect: '3.1' },
];

/**
 * Reads a description: an object, or its text in JSON or YAML.
 * @throws GatehouseError `server_invalid` for what is too large, neither JSON nor YAML, or no OpenAPI 3.0 or 3.1.
 */
export function readDescription(source: string | Json): Description {
  const root = typeof source === 'string' ? parsed(source) : source;
  if (!isJson(root))
    throw descriptionFault('The OpenAPI description must be an object with a member "openapi".');
  return { root, dialect: dialectOf(root) };
}

function parsed(text: string): unknown {
  if (text.length > MAX_DESCRIPTION_BYTES) {
    throw descriptionFault(`The OpenAPI description is larger than ${MAX_DESCRIPTION_BYTES} bytes.`);
  }
  // JSON is YAML too, and read ten times as fast as such.
  const isJsonText = /^\uFEFF?\s*\{/.test(text);
  if (!isJsonText && text.length > MAX_YAML_BYTES) {
    throw descriptionFault(
      `The OpenAPI description is larger than the ${MAX_YAML_BYTES} bytes that are read of YAML. Give it as JSON.`,
    );
  }
  try {
    return isJsonText ? JSON.parse(text.replace(/^\uFEFF/, '')) : load(text, YAML);
  } catch (error) {
    if (error instanceof GatehouseError) throw error;
    throw descriptionFault(`The OpenAPI description is neither JSON nor YAML${placeOf(error)}.`);
  }
}

/** Where a parser gave up. What it says else quotes the text. */
function placeOf(error: unknown): string {
  const line = member(member(error, 'mark'), 'line');
  return typeof line === 'number' ? `: it is not well-formed at line ${line + 1}` : '';
}

function dialectOf(root: Json): Dialect {
  const { openapi, swagger } = root;
  const found = DIALECTS.find(({ of }) => typeof openapi === 'string' && of.test(openapi));
  if (found) return found.dialect;
  if (swagger !== undefined) {
    throw descriptionFault(
      'This is a Swagger 2.0 description. Convert it to OpenAPI 3.0 first, for example with "npx swagger2openapi".',
    );
  }
  throw descriptionFault(
    'The member "openapi" of the description must be a version 3.0 or 3.1, such as "3.1.0".',
  );
}
