import { isObject, type JsonObject } from '../../protocol/message.ts';
import { paramHeaderFault } from '../../protocol/param-headers.ts';
import { parsedTemplate } from '../../protocol/uri-template.ts';
import type { DefinitionItem, ItemKind } from './definition-item.ts';
import { holdsHiddenText, withVisibleTexts } from './hidden-text.ts';

/** Beyond this a definition would fill an agent's context by itself. */
const MAX_LENGTH = 128 * 1024;

/** As deep as messages may be, see MAX_JSON_DEPTH. */
const MAX_DEPTH = 64;

/** Of MCP, "Tool Names". */
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** The dialects of JSON Schema that clients and this gateway can check by; none is 2020-12 (MCP, "JSON Schema Usage"). */
const DIALECTS = /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft\/2019-09|draft-07|draft-06)\/schema#?$/;

/** Why a definition cannot be shown to anybody, whoever approves it: a sentence, or null. */
export function flawOf({ kind, name, definition }: DefinitionItem): string | null {
  const tooLarge = tooMuch(definition);
  if (tooLarge !== null || kind === 'instructions') return tooLarge;
  return nameFlaw(name, definition) ?? FLAWS[kind](name, definition);
}

/** The same of a resource that a server lists: it is the user's own and not a definition, but is read by models as those are. */
export function resourceFlaw(resource: JsonObject): string | null {
  const { uri } = resource;
  if (typeof uri !== 'string') return 'Its URI is none.';
  return tooMuch(resource) ?? nameFlaw(uri, resource);
}

/** Why a definition is too much to be shown, or kept: the one flaw that nobody has to see to believe it. */
export function tooMuch(definition: JsonObject): string | null {
  if (depthOf(definition) > MAX_DEPTH) return `It is nested more than ${MAX_DEPTH} deep.`;
  if (JSON.stringify(definition).length > MAX_LENGTH) return `It is longer than ${MAX_LENGTH} characters.`;
  return null;
}

function nameFlaw(name: string, definition: JsonObject): string | null {
  if (name === '') return 'It has no name.';
  return holdsHiddenText(withVisibleTexts(definition))
    ? 'It has invisible characters in its name, or in other values that cannot be changed.'
    : null;
}

const FLAWS: Readonly<
  Record<Exclude<ItemKind, 'instructions'>, (name: string, definition: JsonObject) => string | null>
> = {
  tools: toolFlaw,
  prompts: () => null,
  resourceTemplates: template => {
    const parsed = parsedTemplate(template);
    return typeof parsed === 'string' ? parsed : null;
  },
};

function toolFlaw(name: string, { inputSchema, outputSchema }: JsonObject): string | null {
  if (!TOOL_NAME.test(name)) return 'Its name is not 1 to 128 letters, digits, "_", "." and "-".';
  if (!isObject(inputSchema) || inputSchema.type !== 'object')
    return 'Its input schema is not one of an object.';
  if (outputSchema !== undefined && !isObject(outputSchema)) return 'Its output schema is none.';
  // 2026-07-28, Streamable HTTP, "Schema Extension": a tool whose hints are wrong is left out.
  const fault = paramHeaderFault(inputSchema);
  if (fault !== null) return `Its header hints are wrong: ${fault}`;
  const isKnown = [inputSchema, outputSchema].every(
    schema => !isObject(schema) || isKnownDialect(schema.$schema),
  );
  return isKnown ? null : 'The dialect of its schema is not known; 2020-12 is.';
}

function isKnownDialect($schema: unknown): boolean {
  return $schema === undefined || (typeof $schema === 'string' && DIALECTS.test($schema));
}

function depthOf(value: unknown): number {
  let depth = 0;
  let level: unknown[] = [value];
  while (level.length > 0 && depth <= MAX_DEPTH) {
    level = level.flatMap(each => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    depth++;
  }
  return depth;
}
