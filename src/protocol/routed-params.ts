import { GatehouseError } from '../errors.ts';
import { isObject, type JsonObject } from './message.ts';
import type { RoutedMethod } from './method.ts';

/** The members that each method has (MCP, 2026-07-28, `CallToolRequest` and its like). */
const MEMBERS: Readonly<Record<RoutedMethod, readonly string[]>> = {
  'tools/call': ['name', 'arguments'],
  'prompts/get': ['name', 'arguments'],
  'resources/read': ['uri'],
  'completion/complete': ['ref', 'argument', 'context'],
};

/** Those of every request, and of the rounds of one. */
const COMMON: readonly string[] = ['_meta', 'requestState', 'inputResponses'];

/** Of what is completed, the member that says whose it is. */
const REF_MEMBERS: Readonly<Record<string, string>> = { 'ref/prompt': 'name', 'ref/resource': 'uri' };

/**
 * The parameters of a request without members that its method does not have: what is sent to a server is what was decided about,
 * looked at and put on record, and nothing beside it.
 * @throws GatehouseError `params_invalid` for arguments that are no object, or a reference of no kind.
 */
export function routedParams(method: RoutedMethod, params: JsonObject): JsonObject {
  const own = picked(params, [...MEMBERS[method], ...COMMON]);
  if (own.arguments !== undefined && !isObject(own.arguments)) {
    throw new GatehouseError('params_invalid', 'params.arguments must be an object.');
  }
  return method === 'completion/complete' ? { ...own, ref: routedRef(own.ref) } : own;
}

function routedRef(ref: unknown): JsonObject {
  const type = isObject(ref) && typeof ref.type === 'string' ? ref.type : '';
  const member = Object.hasOwn(REF_MEMBERS, type) ? REF_MEMBERS[type] : undefined;
  if (isObject(ref) && member !== undefined) return picked(ref, ['type', member]);
  throw new GatehouseError('params_invalid', 'params.ref.type must be "ref/prompt" or "ref/resource".');
}

function picked(members: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)));
}
