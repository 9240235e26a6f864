import { annotationsOf, isReading } from './annotations.ts';
import { type Argument, inputSchemaOf } from './argument.ts';
import { type Json, objectIn, textIn } from './json.ts';
import { Names } from './names.ts';
import type { Operation } from './operations.ts';
import { pagingOf } from './paging.ts';
import { type ParameterSource, parametersOf, undeclared } from './parameters.ts';
import { plainLine, plainText } from './plain-text.ts';
import { bodyOf } from './request-body.ts';
import { type Detail, SchemaWriter } from './schema-writer.ts';
import type { WireOperation } from './wire.ts';

const MAX_TITLE_LENGTH = 100;
const MAX_DESCRIPTION_LENGTH = 600;
const MAX_ARGUMENTS = 128;

/** What an input schema may come to, as JSON: a thousand tools have to fit an agent's context, and this gateway's memory. */
const MAX_SCHEMA_LENGTH = 6000;

/** How much is written of schemas: the first that fits. */
const DETAILS: readonly Detail[] = [
  { depth: 6, descriptionLength: 200, maxSchemas: 300 },
  { depth: 4, descriptionLength: 120, maxSchemas: 250 },
  { depth: 3, descriptionLength: 80, maxSchemas: 200 },
  { depth: 2, descriptionLength: 60, maxSchemas: 150 },
  { depth: 1, descriptionLength: 40, maxSchemas: 150 },
  { depth: 0, descriptionLength: 0, maxSchemas: 0 },
];

/** What the server of an operation takes for itself. */
const FIELDS: Json = {
  _fields: {
    type: 'array',
    items: { type: 'string' },
    description: 'Answer with these fields only, such as "id" or "owner.login".',
  },
};
const OFFSET: Json = {
  _offset: { type: 'integer', minimum: 0, description: 'Go on with a cut answer at this character.' },
};

/** A tool, or why there is none. */
export type Tool =
  | { readonly definition: Json; readonly wire: WireOperation }
  | { readonly obstacle: string };

/** Makes a tool of an operation. @param base which of the server's addresses it is at. */
export function toolOf(name: string, operation: Operation, base: number, source: ParameterSource): Tool {
  const { method, path, raw } = operation;
  const own = { ...FIELDS, ...(isReading(method) && OFFSET) };
  const names = new Names(Object.keys(own));
  const declared = [...operation.parameters, ...undeclared(path, operation.parameters)];
  const { parameters, obstacle } = parametersOf(declared, names, source);
  const body = isReading(method) ? null : bodyOf(raw.requestBody, names, source);
  const args = [...parameters.map(({ argument }) => argument), ...(body?.args ?? [])];
  if (obstacle !== null) return { obstacle };
  if (args.length > MAX_ARGUMENTS) return { obstacle: `it has more than ${MAX_ARGUMENTS} parameters` };
  const sent = parameters.map(({ wire }) => wire);
  const accept = acceptOf(raw, source);
  const paging = isReading(method) ? pagingOf(sent) : null;
  return {
    definition: {
      name,
      ...(textIn(raw, 'summary') !== '' && { title: plainLine(textIn(raw, 'summary'), MAX_TITLE_LENGTH) }),
      description: descriptionOf(operation),
      inputSchema: fittingSchema(args, own, source),
      annotations: annotationsOf(method),
    },
    wire: {
      method,
      base,
      path,
      parameters: sent,
      ...(body && { body: body.wire }),
      ...(accept !== '' && { accept }),
      ...(paging && { paging }),
    },
  };
}

/** What it does, and what it is called in the API's own documentation. */
function descriptionOf({ method, path, raw }: Operation): string {
  const [summary, more] = [textIn(raw, 'summary'), textIn(raw, 'description')].map(text => text.trim());
  const said = [summary?.replace(/(?<![.!?])$/, '.'), more].filter(
    (text, index, all) => text !== '' && text !== '.' && (index === 0 || text !== all[0]),
  );
  return [
    ...(raw.deprecated === true ? ['Deprecated.'] : []),
    plainText(said.join('\n'), MAX_DESCRIPTION_LENGTH),
    `(${method} ${plainLine(path, MAX_DESCRIPTION_LENGTH)})`,
  ]
    .filter(text => text !== '')
    .join('\n');
}

function fittingSchema(args: readonly Argument[], own: Json, source: ParameterSource): Json {
  let schema: Json = {};
  for (const detail of DETAILS) {
    schema = inputSchemaOf(args, own, new SchemaWriter(source, detail), detail.descriptionLength);
    if (JSON.stringify(schema).length <= MAX_SCHEMA_LENGTH) break;
  }
  return schema;
}

/** What the API answers with where it does what it was asked; JSON first. */
function acceptOf(raw: Json, { references }: ParameterSource): string {
  const types = Object.entries(objectIn(raw, 'responses'))
    .filter(([status]) => /^2|^default$/.test(status))
    .flatMap(([, response]) => Object.keys(objectIn(references.object(response), 'content')))
    .filter(type => /^[\w.+*-]+\/[\w.+*-]+(?: *;[\x20-\x7e]*)?$/.test(type));
  const [json] = types.filter(type => /\bjson\b/i.test(type));
  return json ?? [...new Set(types)].slice(0, 4).join(', ');
}
