import type { Argument } from './argument.ts';
import { isJson, type Json, listIn, member, objectIn, strings, textIn } from './json.ts';
import { memberNames } from './member-names.ts';
import type { Names } from './names.ts';
import { stylesOf } from './parameters.ts';
import type { References } from './references.ts';
import type { SchemaSource } from './schema-writer.ts';
import type { WireBody, WireMember } from './wire.ts';

/** A body with more members is one argument: nobody could find their way among so many. */
const MAX_MEMBERS = 64;

/** A body as arguments, and as it is sent. */
export interface Body {
  readonly args: readonly Argument[];
  readonly wire: WireBody;
}

/** The forms of bodies, by media type, in the order in which they are preferred. */
const FORMS: readonly { readonly of: RegExp; readonly form: WireBody['form'] }[] = [
  { of: /^application\/(?:[\w.+-]*\+)?json\b/i, form: 'json' },
  { of: /^application\/x-www-form-urlencoded\b/i, form: 'urlencoded' },
  { of: /^multipart\/form-data\b/i, form: 'multipart' },
  { of: /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:xml|yaml|x-ndjson|graphql|javascript)\b)/i, form: 'text' },
  { of: /^/, form: 'bytes' },
];

/** A media type that can be sent as it is; a range such as `image/*` cannot. */
const WHOLE_TYPE = /^[\w.+-]+\/[\w.+-]+(?: *;[\x20-\x7e]*)?$/;

/** The members of a file, as an argument. */
const FILE = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    base64: { type: 'string', description: 'The bytes, in place of text.' },
    filename: { type: 'string' },
    contentType: { type: 'string' },
  },
};

/** What a request body is made of; null where the operation takes none. */
export function bodyOf(raw: unknown, names: Names, source: SchemaSource): Body | null {
  const { references } = source;
  const body = references.object(raw);
  const chosen = chosenContent(objectIn(body, 'content'));
  if (!chosen) return null;
  const { mediaType, form, content } = chosen;
  const wire = { mediaType, form, ...(body.required === true && { required: true as const }) };
  const object = form === 'text' || form === 'bytes' ? null : plainObject(content.schema, references);
  if (!object) return wholeBody(body, content, wire, names);
  const encodings = objectIn(content, 'encoding');
  const parts = Object.entries(objectIn(object, 'properties'))
    .filter(([, schema]) => references.object(schema).readOnly !== true)
    .map(([name, schema]) => {
      // What is not required as a whole needs no member either.
      const isRequired = strings(object.required).includes(name);
      const file = form === 'multipart' ? fileKind(schema, references) : null;
      const arg = names.next(name, `body_${name}`);
      const argument = {
        name: arg,
        isRequired: isRequired && body.required === true,
        schema: file === null ? schema : file === 'many' ? { type: 'array', items: FILE } : FILE,
        description: file === null ? '' : textIn(references.object(schema), 'description'),
      };
      const encoding = objectIn(encodings, name);
      const said = form === 'json' ? {} : encodingOf(encoding);
      const wireMember: WireMember = {
        arg,
        name,
        ...(isRequired && { required: true }),
        ...said,
        ...(form === 'urlencoded' && memberNames(schema, source)),
        ...(file !== null && { file: true }),
      };
      return { argument, wireMember };
    });
  return {
    args: parts.map(({ argument }) => argument),
    wire: { ...wire, members: parts.map(({ wireMember }) => wireMember) },
  };
}

function chosenContent(content: Json) {
  const all = Object.entries(content).map(([name, value]) => ({
    mediaType: WHOLE_TYPE.test(name) ? name : 'application/octet-stream',
    form: FORMS.find(({ of }) => of.test(name))?.form ?? ('bytes' as const),
    content: isJson(value) ? value : {},
  }));
  return FORMS.flatMap(({ form }) => all.filter(each => each.form === form))[0];
}

/** One argument for all of it. */
function wholeBody(body: Json, content: Json, wire: Omit<WireBody, 'arg' | 'members'>, names: Names): Body {
  const arg = names.next('body', 'request_body');
  const isBytes = wire.form === 'bytes';
  const said = textIn(body, 'description');
  const argument: Argument = {
    name: arg,
    isRequired: body.required === true,
    schema: isBytes || wire.form === 'text' ? { type: 'string' } : content.schema,
    ...(isBytes && { more: { contentEncoding: 'base64' } }),
    description: isBytes ? `The bytes in Base64 (${wire.mediaType}). ${said}` : said,
  };
  return { args: [argument], wire: { ...wire, arg } };
}

/**
 * A schema whose members can be arguments of their own: an object that has some, and no conditions but which of them belong
 * together. Parts of `allOf` that are such objects too are one with it.
 */
function plainObject(schema: unknown, references: References, hops = 0): Json | null {
  const found = references.object(schema);
  const { type, additionalProperties: more } = found;
  const types = [type].flat().filter(each => each !== 'null' && each !== undefined);
  const isObject = types.length === 0 ? isJson(found.properties) : types.every(each => each === 'object');
  const isOpen = isJson(more) && Object.keys(more).length > 0;
  const parts = listIn(found, 'allOf').map(part =>
    hops > 4 ? null : plainObject(part, references, hops + 1),
  );
  if (!isObject && (parts.length === 0 || types.length > 0)) return null;
  if (isOpen || parts.includes(null) || hasConditions(found)) return null;
  const all = [found, ...parts.filter(part => part !== null)];
  const properties = Object.fromEntries(all.flatMap(each => Object.entries(objectIn(each, 'properties'))));
  const count = Object.keys(properties).length;
  if (count === 0 || count > MAX_MEMBERS) return null;
  return { type: 'object', properties, required: all.flatMap(each => strings(each.required)) };
}

function hasConditions(schema: Json): boolean {
  const choices = [...listIn(schema, 'anyOf'), ...listIn(schema, 'oneOf')];
  const isMore = choices.some(choice =>
    Object.keys(isJson(choice) ? choice : {}).some(key => key !== 'required'),
  );
  return isMore || 'not' in schema || 'if' in schema;
}

/** Whether a part is bytes (3.0 `format: binary`, 3.1 `contentMediaType`), or a list of such. */
function fileKind(schema: unknown, references: References): 'one' | 'many' | null {
  const found = references.object(schema);
  if (isFile(found)) return 'one';
  return isFile(references.object(member(found, 'items'))) ? 'many' : null;
}

function isFile({ type, format, contentMediaType, contentEncoding }: Json): boolean {
  if (format === 'binary' || format === 'byte') return true;
  return (
    typeof contentMediaType === 'string' &&
    (type === undefined || type === 'string') &&
    contentEncoding === undefined
  );
}

function encodingOf(encoding: Json): Pick<WireMember, 'style' | 'explode' | 'mediaType'> {
  const { contentType } = encoding;
  const isWhole = typeof contentType === 'string' && WHOLE_TYPE.test(contentType);
  return { ...stylesOf(encoding), ...(isWhole && { mediaType: contentType }) };
}
