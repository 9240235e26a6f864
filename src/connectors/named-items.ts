import { GatehouseError } from '../errors.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { Connector } from './connector.ts';
import type { NamedKind } from './names.ts';
import type { OfferedDefinitions, ReadyUpstream } from './upstream.ts';

/** A tool or prompt, with the server that has it. */
export interface NamedItem {
  readonly connector: Connector;
  /** With the server's own name. */
  readonly item: JsonObject;
  /** Whether the policy denies it to whoever asks: then it is not shown, and calling it is refused with the reason. */
  readonly isDenied?: true;
}

/** The same, with its name at the endpoint. */
export interface PlacedItem extends NamedItem {
  readonly name: string;
}

/** The tools or prompts of several servers, by the names of the endpoint. A name that two of them would have is nobody's. */
export function namedItems(upstreams: readonly ReadyUpstream[], kind: NamedKind): JsonObject[] {
  return placedItems(upstreams, kind).map(({ name, item }) => ({ ...item, name }));
}

/** The same, each with the server that has it. */
export function placedItems(upstreams: readonly ReadyUpstream[], kind: NamedKind): PlacedItem[] {
  const all = upstreams.flatMap(({ connector, names, definitions }) =>
    definitions[kind].map(item => ({ connector, item, name: names.outer(kind, item.name) })),
  );
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  return all.filter(({ name }) => counts.get(name) === 1);
}

/**
 * The tool or prompt of a name.
 * @throws GatehouseError `name_unknown`, which it is too where two would have the name; `definition_unapproved`.
 */
export function findNamed(upstreams: readonly ReadyUpstream[], kind: NamedKind, name: string): NamedItem {
  const [only, another] = itemsNamed(upstreams, kind, name, definitions => [
    ...definitions[kind],
    ...unlistedOf(definitions, kind),
  ]);
  if (only && !another) return only;
  const what = kind === 'tools' ? 'tool' : 'prompt';
  if (another) {
    throw new GatehouseError(
      'name_unknown',
      `More than one ${what} would be named ${name}, so none is. An operator can rename them.`,
    );
  }
  const [denied] = itemsNamed(upstreams, kind, name, definitions => definitions.denied?.[kind] ?? []);
  if (denied) return { ...denied, isDenied: true };
  refuseHidden(upstreams, kind, name);
  throw new GatehouseError('name_unknown', `Unknown ${what}: ${name}. See ${kind}/list.`);
}

function itemsNamed(
  upstreams: readonly ReadyUpstream[],
  kind: NamedKind,
  name: string,
  itemsOf: (definitions: OfferedDefinitions) => readonly JsonObject[],
): NamedItem[] {
  return upstreams.flatMap(({ connector, names, definitions }) =>
    itemsOf(definitions)
      .filter(item => names.outer(kind, item.name) === name)
      .map(item => ({ connector, item })),
  );
}

function unlistedOf({ unlisted = [] }: OfferedDefinitions, kind: NamedKind): readonly JsonObject[] {
  return kind === 'tools' ? unlisted : [];
}

function refuseHidden(upstreams: readonly ReadyUpstream[], kind: NamedKind, name: string): void {
  for (const { names, definitions } of upstreams) {
    const hidden = definitions.hidden?.find(
      each => each.kind === kind && names.outer(kind, each.name) === name,
    );
    if (hidden) throw new GatehouseError('definition_unapproved', hidden.reason);
  }
}
