import type { Argument } from './argument.ts';
import { type Json, member, objectIn, textIn } from './json.ts';
import { memberNames } from './member-names.ts';
import type { Names } from './names.ts';
import type { SchemaSource } from './schema-writer.ts';
import type { WireParameter } from './wire.ts';

const PLACES: readonly WireParameter['in'][] = ['path', 'query', 'header'];

/** Headers that are not parameters, whatever a description says (OpenAPI 3.1 section 4.8.12.2). */
const NO_PARAMETERS = ['accept', 'authorization', 'content-type'];

/** A parameter as an argument, and as it is sent. */
export interface Parameter {
  readonly argument: Argument;
  readonly wire: WireParameter;
}

/** What became of an operation's parameters. */
export interface Parameters {
  readonly parameters: readonly Parameter[];
  /** Why the operation cannot be called; null where it can. */
  readonly obstacle: string | null;
}

/** What parameters are read with. */
export interface ParameterSource extends SchemaSource {
  /** Whether a header of this name, in lower case, gets to third parties. */
  readonly maySendHeader: (name: string) => boolean;
}

/** The parameters of an operation as arguments. Where several have the same name, the path's keeps it. */
export function parametersOf(raw: readonly Json[], names: Names, source: ParameterSource): Parameters {
  const { maySendHeader } = source;
  const sent = raw.filter(each => textIn(each, 'name') !== '' && !isNoParameter(each));
  const lost = sent.filter(each => !isSent(each, maySendHeader));
  const needed = lost.find(({ required }) => required === true);
  const kept = sent.filter(each => !lost.includes(each));
  return {
    parameters: PLACES.flatMap(place =>
      kept.filter(each => each.in === place).map(each => parameter(each, { place, names, source })),
    ),
    obstacle: needed === undefined ? null : `it needs ${obstacleWords(needed)}, which is not sent`,
  };
}

/** How a parameter is read. */
interface Reading {
  readonly place: WireParameter['in'];
  readonly names: Names;
  readonly source: ParameterSource;
}

function isNoParameter(raw: Json): boolean {
  return raw.in === 'header' && NO_PARAMETERS.includes(textIn(raw, 'name').toLowerCase());
}

/** Cookies are nobody's to send: they would be a credential, or a session. */
function isSent(raw: Json, maySendHeader: (name: string) => boolean): boolean {
  if (raw.in === 'header') return maySendHeader(textIn(raw, 'name').toLowerCase());
  return raw.in === 'path' || raw.in === 'query';
}

function obstacleWords(raw: Json): string {
  return `the ${raw.in === 'cookie' ? 'cookie' : 'header'} "${textIn(raw, 'name')}"`;
}

function parameter(raw: Json, { place, names, source }: Reading): Parameter {
  const name = textIn(raw, 'name');
  const arg = names.next(name, `${place}_${name}`);
  const isRequired = place === 'path' || raw.required === true;
  const { schema, isJson } = contentOf(raw);
  const argument = { name: arg, isRequired, schema, description: textIn(raw, 'description') };
  return {
    argument: { ...argument, ...(raw.deprecated === true && { more: { deprecated: true } }) },
    wire: {
      arg,
      name,
      in: place,
      ...(isRequired && { required: true }),
      ...(isJson ? { json: true } : stylesOf(raw)),
      ...(!isJson && isExploded(raw, place) && memberNames(schema, source)),
      ...(isReserved(raw, place) && { reserved: true }),
    },
  };
}

/** A parameter has a schema, or the one media type that it is written in. */
function contentOf(raw: Json): { schema: unknown; isJson: boolean } {
  const [content] = Object.entries(objectIn(raw, 'content'));
  if (content === undefined) return { schema: withExample(raw), isJson: false };
  return { schema: member(content[1], 'schema'), isJson: /\bjson\b/i.test(content[0]) };
}

/** An example is the schema's, unless that has its own. */
function withExample({ schema, example }: Json): unknown {
  const isOwn = member(schema, '$ref') === undefined && member(schema, 'example') === undefined;
  return isOwn && example !== undefined && typeof schema === 'object' ? { ...schema, example } : schema;
}

/** The style and explosion that a parameter names; what is left out is the default. */
export function stylesOf(raw: Json): Pick<WireParameter, 'style' | 'explode'> {
  const { style, explode } = raw;
  return {
    ...(typeof style === 'string' && { style }),
    ...(typeof explode === 'boolean' && { explode }),
  };
}

/** Whether the members of an object are sent by names of their own. */
function isExploded(raw: Json, place: WireParameter['in']): boolean {
  const { style, explode } = stylesOf(raw);
  if (place === 'path') return style === 'matrix' && explode === true;
  return place === 'query' && style !== 'deepObject' && (explode ?? (style ?? 'form') === 'form');
}

/** `allowReserved` of the query, and GitHub's `x-multi-segment` of paths that hold a path. */
function isReserved(raw: Json, place: WireParameter['in']): boolean {
  return place === 'path' ? raw['x-multi-segment'] === true : raw.allowReserved === true;
}

/** The parameters that the path has a place for but that are not declared: they are text. */
export function undeclared(path: string, declared: readonly Json[]): Json[] {
  const names = declared.filter(each => each.in === 'path').map(each => textIn(each, 'name'));
  return [...path.matchAll(/\{([^{}]+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name, index, all) => !names.includes(name) && all.indexOf(name) === index)
    .map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}
