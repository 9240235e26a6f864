import { mayBeOpened } from '../vault/egress/headers.ts';
import { type Compiled, compile, type Wanted } from './compile.ts';
import { readDescription } from './description.ts';
import type { Json } from './json.ts';

/** What is wanted of descriptions in tests, with the given differences. */
export function wanted(change: Partial<Wanted> = {}): Wanted {
  return {
    name: 'pets',
    title: 'Pets',
    description: 'The pets of a shop.',
    select: {},
    obstacleTo: () => null,
    maySendHeader: mayBeOpened,
    ...change,
  };
}

/** A description with the given members beside those that each must have. */
export function description(members: Json, openapi = '3.1.0'): Json {
  const info = { title: 'Test', version: '1' };
  return { openapi, info, servers: [{ url: 'https://api.example.com/v1' }], ...members };
}

/** Compiles a description. */
export function compiled(source: string | Json, change: Partial<Wanted> = {}): Compiled {
  return compile(readDescription(source), wanted(change));
}

/** Compiles a description of one operation, `POST /things/{id}` unless it says another path, and gives its tool. */
export function toolFor(
  operation: Json,
  { openapi = '3.1.0', path = '/things', method = 'post', components = {} }: Partial<ToolOptions> = {},
) {
  const source = description({ components, paths: { [path]: { [method]: operation } } }, openapi);
  const { definitions, operations, left } = compiled(source);
  const [definition] = definitions.tools;
  const [wire] = Object.values(operations.operations);
  const inputSchema = (definition?.inputSchema ?? {}) as {
    properties: Record<string, Json>;
    required?: string[];
  };
  return { definition, wire, left, inputSchema, properties: inputSchema.properties };
}

interface ToolOptions {
  readonly openapi: string;
  readonly path: string;
  readonly method: string;
  readonly components: Json;
}
