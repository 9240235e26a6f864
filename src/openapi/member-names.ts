import { isJson, type Json, listIn, member, objectIn } from './json.ts';
import type { SchemaSource } from './schema-writer.ts';
import type { Exploding } from './wire.ts';

/** How deep schemas that are parts of others are looked at. */
const MAX_DEPTH = 4;

/** What has more is taken as open. */
const MAX_NAMES = 128;

const NONE: Found = { names: [], isOpen: false };

interface Found {
  readonly names: readonly string[];
  readonly isOpen: boolean;
}

/**
 * Which members a value may have by its schema. It matters where each is sent as a parameter of its own (`explode`): a caller
 * must not send others by one of them. A schema that says nothing, as one that says that there may be more, is open.
 */
export function memberNames(schema: unknown, source: SchemaSource): Exploding {
  const { names, isOpen } = found(schema, source, 0);
  const all = [...new Set(names)];
  if (isOpen || all.length > MAX_NAMES) return { open: true };
  return all.length > 0 ? { members: all } : {};
}

function found(schema: unknown, source: SchemaSource, depth: number): Found {
  source.effort.spend(1);
  if (depth > MAX_DEPTH) return NONE;
  const own = source.references.object(schema);
  const choices = ['allOf', 'anyOf', 'oneOf'].flatMap(keyword => listIn(own, keyword));
  const parts = choices.map(part => found(part, source, depth + 1));
  const isNone = !mayBeObject(own);
  if (isNone) return NONE;
  const named = Object.keys(objectIn(own, 'properties'));
  const saysNothing = named.length === 0 && parts.length === 0 && own.additionalProperties !== false;
  return {
    names: [...named, ...parts.flatMap(part => part.names)],
    isOpen: saysNothing || saysMore(own) || parts.some(part => part.isOpen),
  };
}

function mayBeObject({ type }: Json): boolean {
  const types = [type].flat();
  return type === undefined || types.includes('object');
}

function saysMore(schema: Json): boolean {
  const more = member(schema, 'additionalProperties');
  return more === true || isJson(more) || Object.keys(objectIn(schema, 'patternProperties')).length > 0;
}
