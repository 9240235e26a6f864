import type { Description } from './description.ts';
import { descriptionFault } from './fault.ts';
import { type Json, listIn, objectIn, strings, textIn } from './json.ts';
import type { References } from './references.ts';

/** Methods that requests may have here. TRACE would bring the credential back. */
const METHODS = ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'];

/** How many operations a server may have. */
export const MAX_OPERATIONS = 5000;

/** One operation of a description, with what its path says too. */
export interface Operation {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  /** `operationId`, or empty. */
  readonly id: string;
  readonly tags: readonly string[];
  /** Resolved; of two with the same name and place, the operation's own. */
  readonly parameters: readonly Json[];
  readonly raw: Json;
  /** The lists of servers that apply, the nearest first. */
  readonly servers: readonly (readonly unknown[])[];
}

/** Which operations are wanted; all where neither is given. */
export interface Selection {
  readonly tags?: readonly string[] | undefined;
  readonly operations?: readonly string[] | undefined;
}

/**
 * The operations of a description that are wanted, in its order.
 * @throws GatehouseError `server_invalid` where there are none, too many, or not those that are named.
 */
export function operationsOf(
  { root }: Description,
  references: References,
  select: Selection,
): readonly Operation[] {
  const all = Object.entries(objectIn(root, 'paths'))
    .filter(([path]) => path.startsWith('/'))
    .flatMap(([path, item]) => operationsAt(path, references.object(item), references));
  if (all.length === 0) throw descriptionFault('The OpenAPI description has no operations in "paths".');
  requireKnown('tags', select.tags, new Set(all.flatMap(({ tags }) => tags)));
  requireKnown('operations', select.operations, new Set(all.flatMap(namesOf)));
  const wanted = all.filter(operation => isWanted(operation, select));
  if (wanted.length <= MAX_OPERATIONS) return wanted;
  throw descriptionFault(
    `The OpenAPI description has ${wanted.length} operations, and a server at most ${MAX_OPERATIONS}. Choose some by "select".`,
  );
}

function operationsAt(path: string, item: Json, references: References): Operation[] {
  return METHODS.filter(method => Object.hasOwn(item, method)).map(method => {
    const raw = objectIn(item, method);
    return {
      method: method.toUpperCase(),
      path,
      id: textIn(raw, 'operationId'),
      tags: strings(raw.tags),
      parameters: parametersOf(references, listIn(item, 'parameters'), listIn(raw, 'parameters')),
      raw,
      servers: [listIn(raw, 'servers'), listIn(item, 'servers')].filter(list => list.length > 0),
    };
  });
}

function parametersOf(references: References, ...lists: readonly (readonly unknown[])[]): Json[] {
  const found = lists.flat().map(parameter => references.object(parameter));
  return [...new Map(found.map(parameter => [placeOf(parameter), parameter])).values()];
}

function placeOf(parameter: Json): string {
  return `${textIn(parameter, 'in')} ${textIn(parameter, 'name')}`;
}

/** What an operation can be selected by: its id, or its method and path. */
function namesOf({ id, method, path }: Operation): string[] {
  return [...(id === '' ? [] : [id]), `${method} ${path}`];
}

function isWanted(operation: Operation, { tags, operations }: Selection): boolean {
  if (!tags && !operations) return true;
  return (
    operation.tags.some(tag => tags?.includes(tag)) ||
    namesOf(operation).some(name => operations?.includes(name))
  );
}

function requireKnown(what: string, wanted: readonly string[] | undefined, known: ReadonlySet<string>): void {
  const unknown = wanted?.filter(name => !known.has(name)) ?? [];
  if (unknown.length === 0) return;
  const some = [...known].slice(0, 20).join(', ');
  throw descriptionFault(
    `"select.${what}" names what the OpenAPI description does not have: ${unknown.slice(0, 5).join(', ')}. It has, among others: ${some}.`,
  );
}
