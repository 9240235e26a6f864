import { toBase64url, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { JsonObject } from '../../protocol/message.ts';
import type { Definitions } from '../definitions.ts';
import { canonicalJson } from './canonical-json.ts';

/** What a server says to everybody and models read. */
export type ItemKind = 'tools' | 'prompts' | 'resourceTemplates' | 'instructions';

/** One of the definitions of a server. */
export interface DefinitionItem {
  readonly kind: ItemKind;
  /** The server's own; the template of a template, and empty for the instructions. */
  readonly name: string;
  /** All that a client is told of it. */
  readonly definition: JsonObject;
  /** SHA-256 over kind and definition, base64url. */
  readonly hash: string;
}

const ITEMS = new WeakMap<Definitions, readonly DefinitionItem[]>();

/** The definitions of a server, one by one, each with its hash. */
export function itemsOf(definitions: Definitions): readonly DefinitionItem[] {
  const known = ITEMS.get(definitions);
  if (known) return known;
  const { discovered, tools, prompts, resourceTemplates } = definitions;
  const { instructions } = discovered;
  const items = [
    ...tools.map(tool => itemOf('tools', tool)),
    ...prompts.map(prompt => itemOf('prompts', prompt)),
    ...resourceTemplates.map(template => itemOf('resourceTemplates', template)),
    ...(typeof instructions === 'string' && instructions !== ''
      ? [itemOf('instructions', { instructions })]
      : []),
  ];
  ITEMS.set(definitions, items);
  return items;
}

/** One definition. Every member counts, `_meta` too: whatever reaches a client may change what it does. */
export function itemOf(kind: ItemKind, definition: JsonObject): DefinitionItem {
  const named = {
    tools: definition.name,
    prompts: definition.name,
    resourceTemplates: definition.uriTemplate,
    instructions: '',
  };
  const hash = toBase64url(sha256(utf8(canonicalJson([kind, definition]))));
  return { kind, name: String(named[kind] ?? ''), definition, hash };
}
