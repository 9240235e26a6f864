import type { DefinitionItem } from './definition-item.ts';
import { escapedText } from './hidden-text.ts';

/** As much as a record of many should hold. */
const MAX_LENGTH = 1000;

/** Definitions by kind and name, in one line that hides nothing, such as `tools/search, instructions`. */
export function namesOfItems(items: readonly Pick<DefinitionItem, 'kind' | 'name'>[]): string {
  const names = items
    .map(({ kind, name }) => (name === '' ? kind : `${kind}/${escapedText(name)}`))
    .join(', ');
  const line = names.replace(/[\t\n\r]/g, ' ');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}… (${items.length} in all)` : line;
}
