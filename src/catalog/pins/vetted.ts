import { isObject, type JsonObject } from '../../protocol/message.ts';
import type { Definitions } from '../definitions.ts';
import { type DefinitionItem, type ItemKind, itemsOf } from './definition-item.ts';
import { flawOf } from './flaw.ts';
import { visibleText, withVisibleTexts } from './hidden-text.ts';

/** A definition that is not shown, and why: a sentence for who calls it all the same. */
export interface Hidden {
  readonly kind: ItemKind;
  readonly name: string;
  readonly reason: string;
}

/** What of a server's definitions can be shown to agents. */
export interface Vetted {
  readonly definitions: Definitions;
  readonly hidden: readonly Hidden[];
}

const VETTED = new WeakMap<Definitions, Vetted>();

/**
 * What agents get of a server's definitions: without what has a flaw, without names that could be taken for one another, and without
 * what is hidden in texts. Of servers of every kind: what is approved, or is our own, may hold such things too.
 */
export function vetted(definitions: Definitions): Vetted {
  const known = VETTED.get(definitions);
  if (known) return known;
  const vetting = vet(definitions);
  VETTED.set(definitions, vetting);
  return vetting;
}

function vet(definitions: Definitions): Vetted {
  const items = itemsOf(definitions);
  const counts = new Map<string, number>();
  for (const item of items) {
    if (flawOf(item) === null) counts.set(likeness(item), (counts.get(likeness(item)) ?? 0) + 1);
  }
  const hidden: Hidden[] = [];
  const good: DefinitionItem[] = [];
  for (const item of items) {
    const reason = flawOf(item) ?? ((counts.get(likeness(item)) ?? 0) > 1 ? ALIKE : null);
    if (reason === null) good.push(item);
    else hidden.push({ kind: item.kind, name: item.name, reason });
  }
  return { definitions: gathered(definitions, good), hidden };
}

const ALIKE =
  'The server has another one of that name, or of one that differs only by case; neither is shown.';

/** The same for names that people, or models, take for one another. Only names of tools are free of other scripts. */
function likeness({ kind, name }: DefinitionItem): string {
  return `${kind} ${kind === 'resourceTemplates' ? name : visibleText(name).normalize('NFKC').toLowerCase()}`;
}

/** Definitions with only these items, and texts that hide nothing. */
function gathered(definitions: Definitions, items: readonly DefinitionItem[]): Definitions {
  const of = (kind: ItemKind) =>
    items.filter(item => item.kind === kind).map(({ definition }) => withVisibleTexts(definition));
  const { instructions: _unchecked, ...discovered } = definitions.discovered;
  const instructions = items.find(({ kind }) => kind === 'instructions')?.definition.instructions;
  return {
    discovered: {
      ...withVisibleIdentity(discovered),
      ...(typeof instructions === 'string' && { instructions: visibleText(instructions) }),
    },
    tools: of('tools'),
    prompts: of('prompts'),
    resourceTemplates: of('resourceTemplates'),
  };
}

/** What a server calls itself is no definition: it changes with each of its versions. It is only kept from hiding anything. */
function withVisibleIdentity(discovered: JsonObject): JsonObject {
  if (!isObject(discovered._meta)) return discovered;
  return { ...discovered, _meta: withVisible(discovered._meta) as JsonObject };
}

function withVisible(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return value.map(withVisible);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withVisible(member)]));
}
