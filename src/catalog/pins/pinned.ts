import type { JsonObject } from '../../protocol/message.ts';
import type { Definitions } from '../definitions.ts';
import { type DefinitionItem, type ItemKind, itemsOf } from './definition-item.ts';
import { tooMuch } from './flaw.ts';
import { type Hidden, type Vetted, vetted } from './vetted.ts';

/** What was decided of a definition. */
export type PinState = 'waiting' | 'approved' | 'refused';

/** What is known of a server's definitions at one address. */
export interface Pins {
  /** Every definition that was ever seen there, by its hash. */
  readonly items: ReadonlyMap<
    string,
    DefinitionItem & { readonly state: PinState; readonly foundAtMs: number }
  >;
}

/** A server's definitions, as far as they are approved, and can be shown. */
export interface Pinned extends Vetted {
  /** What was never seen before, and can be put on record. */
  readonly unknown: readonly DefinitionItem[];
}

const PINNED = new WeakMap<Definitions, { readonly pins: Pins; readonly found: Pinned }>();
const APPROVED = new WeakMap<Pins, Definitions>();

/** Leaves of a server's definitions what is approved; the same hash always is, whenever it comes back. */
export function pinned(server: string, definitions: Definitions, pins: Pins): Pinned {
  const known = PINNED.get(definitions);
  if (known?.pins === pins) return known.found;
  const items = itemsOf(definitions);
  const stateOf = ({ hash }: DefinitionItem) => pins.items.get(hash)?.state;
  const good = items.filter(item => stateOf(item) === 'approved');
  const others = items.filter(item => stateOf(item) !== 'approved');
  const shown = vetted(only(definitions.discovered, good));
  const found: Pinned = {
    definitions: shown.definitions,
    hidden: [...others.map(item => hiddenItem(server, item, stateOf(item), pins)), ...shown.hidden],
    unknown: others.filter(item => stateOf(item) === undefined && tooMuch(item.definition) === null),
  };
  PINNED.set(definitions, { pins, found });
  return found;
}

/** What was approved of a server, for when it cannot say itself what it offers. */
export function approvedDefinitions(pins: Pins): Definitions {
  const known = APPROVED.get(pins);
  if (known) return known;
  const approved = [...pins.items.values()].filter(({ state }) => state === 'approved');
  // Several forms of one may be approved, since users may see several: the last to come is shown.
  const latest = [...new Map(approved.map(item => [`${item.kind} ${item.name}`, item])).values()];
  const has = (kind: ItemKind) => latest.some(item => item.kind === kind);
  const capabilities = {
    ...(has('tools') && { tools: {} }),
    ...(has('prompts') && { prompts: {} }),
    ...(has('resourceTemplates') && { resources: {} }),
  };
  const { definitions } = vetted(only({ capabilities }, latest));
  APPROVED.set(pins, definitions);
  return definitions;
}

/** Definitions of these items alone. */
function only(discovered: JsonObject, items: readonly DefinitionItem[]): Definitions {
  const of = (kind: ItemKind) => items.filter(item => item.kind === kind).map(({ definition }) => definition);
  const { instructions: _unchecked, ...rest } = discovered;
  return {
    discovered: { ...rest, ...of('instructions')[0] },
    tools: of('tools'),
    prompts: of('prompts'),
    resourceTemplates: of('resourceTemplates'),
  };
}

const NOUNS: Readonly<Record<ItemKind, string>> = {
  tools: 'tool',
  prompts: 'prompt',
  resourceTemplates: 'resource template',
  instructions: 'text of instructions',
};

function hiddenItem(
  server: string,
  { kind, name, definition }: DefinitionItem,
  state: PinState | undefined,
  { items }: Pins,
): Hidden {
  const flaw = tooMuch(definition);
  if (flaw !== null) return { kind, name, reason: flaw };
  const what = `The ${NOUNS[kind]} "${name}" of the server "${server}"`;
  if (state === 'refused') return { kind, name, reason: `${what} is, as it is now, refused by an operator.` };
  const isChange = [...items.values()].some(
    item => item.kind === kind && item.name === name && item.state === 'approved',
  );
  const how = isChange ? 'has changed' : 'is new';
  return { kind, name, reason: `${what} ${how} and waits for an operator to approve it.` };
}
