import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

// biome-ignore lint/suspicious/noExplicitAny: a description is walked by its names
type Json = any;

const FILE = join(import.meta.dirname, 'description.fake.json');
const DESCRIPTION: Json = JSON.parse(readFileSync(FILE, 'utf8'), (_, value) => asJsonSchema(value));

/** Variables that hold slashes, whatever OpenAPI says of them. */
const DEEP = ['{path}', '{ref}'];

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(DESCRIPTION, 'github');
/** What is written in an address is text; a number is one that reads so. */
const ofText = new Ajv({ strict: false, coerceTypes: true });

/** What is asked of GitHub, as it came over the wire. */
export interface Asked {
  readonly method: string;
  /** Below the base address, as it was written. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** One of the operations that GitHub describes. */
export class Operation {
  /** Such as `GET /repos/{owner}/{repo}/issues/{issue_number}`. */
  readonly name: string;
  readonly #described: Json;
  readonly #pointer: string;
  readonly #pattern: RegExp;

  constructor(method: string, path: string) {
    this.name = `${method.toUpperCase()} ${path}`;
    this.#described = DESCRIPTION.paths[path][method];
    this.#pointer = `github#/paths/${path.replaceAll('/', '~1').replace(/[{}]/g, encodeURIComponent)}/${method}`;
    const segments = path.split('/').slice(1).map(patternOf);
    this.#pattern = new RegExp(`^${segments.join('')}$`);
  }

  matches({ method, path }: Asked): boolean {
    return this.name.startsWith(`${method} `) && this.#pattern.test(path);
  }

  /** What is wrong with a request by the description; nothing where all is right. */
  faultsOf({ query, body }: Asked): string[] {
    const parameters: Json[] = (this.#described.parameters ?? []).map(resolved);
    const known = parameters.filter(parameter => parameter.in === 'query');
    return [
      ...Object.keys(query)
        .filter(name => !known.some(parameter => parameter.name === name))
        .map(name => `there is no parameter "${name}"`),
      ...known
        .filter(({ name, required }) => required && query[name] === undefined)
        .map(({ name }) => `the parameter "${name}" is missing`),
      ...known
        .filter(({ name, schema }) => query[name] !== undefined && !ofText.validate(schema, query[name]))
        .map(({ name }) => `the parameter "${name}" is ${query[name]}`),
      ...this.#bodyFaults(body),
    ];
  }

  /** An answer that GitHub gives as its example, where it gives one. The first of that status, unless another is named. */
  example(status: number, name?: string): Json {
    const { examples = {} } = this.#content(status) ?? {};
    const example = name === undefined ? Object.values(examples)[0] : examples[name];
    return example && structuredClone(resolved(example).value);
  }

  /** What is wrong with an answer by the description; null where it is right, or not described. */
  faultOfAnswer(status: number, body: unknown): string | null {
    const media = this.#content(status);
    if (!media?.schema) return null;
    const isValid = ajv.validate(media.schema.$ref ? rooted(media.schema) : this.#schemaAt(status), body);
    return isValid ? null : ajv.errorsText();
  }

  #bodyFaults(body: Json): string[] {
    const schema = this.#described.requestBody?.content['application/json'].schema;
    if (!schema) return body === undefined ? [] : ['there is a body'];
    const at = `${this.#pointer}/requestBody/content/application~1json/schema`;
    const unknown = Object.keys(body ?? {}).filter(name => !(name in schema.properties));
    return [
      ...unknown.map(name => `the body has "${name}"`),
      ...(ajv.validate({ $ref: at }, body) ? [] : [ajv.errorsText()]),
    ];
  }

  #content(status: number): Json {
    const response = this.#described.responses[status];
    if (!response) return undefined;
    const [media] = Object.values(resolved(response).content ?? {});
    return media;
  }

  #schemaAt(status: number): Json {
    const [type = ''] = Object.keys(this.#described.responses[status].content);
    return { $ref: `${this.#pointer}/responses/${status}/content/${type.replaceAll('/', '~1')}/schema` };
  }
}

/** All that the server uses. */
export const OPERATIONS: readonly Operation[] = Object.entries(DESCRIPTION.paths).flatMap(([path, methods]) =>
  Object.keys(methods as object).map(method => new Operation(method, path)),
);

/** The operation of a name, such as `GET /search/code`. */
export function operation(name: string): Operation {
  const found = OPERATIONS.find(each => each.name === name);
  if (!found) throw new Error(`${name} is not in description.fake.json`);
  return found;
}

/** A variable is one segment that says something; a deep one has several, or none at the end. */
function patternOf(segment: string): string {
  if (DEEP.includes(segment)) return '(?:/[^/]+)*';
  return segment.startsWith('{') ? '/[^/]+' : `/${segment}`;
}

/** OpenAPI 3.0 lets any schema be nullable; JSON Schema has a type for that. */
function asJsonSchema(value: Json): Json {
  if (value?.nullable !== true || value.type !== undefined) return value;
  const { nullable, ...schema } = value;
  return { anyOf: [{ type: 'null' }, schema] };
}

function resolved(value: Json): Json {
  if (value.$ref === undefined) return value;
  const [, , kind, name] = value.$ref.split('/');
  return DESCRIPTION.components[kind][name];
}

function rooted({ $ref }: Json): Json {
  return { $ref: `github${$ref}` };
}
