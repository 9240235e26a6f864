import type { PlacedItem } from '../named-items.ts';

/** How much of a description a search shows. */
const SHORT_LENGTH = 160;

/** What a server has said of a tool in words: its title, unless the description begins with that, and its description. */
export function descriptionOf({ item }: PlacedItem): string {
  const [title = '', description = ''] = [item.title, item.description].map(textOf);
  if (title === '' || description.toLowerCase().startsWith(title.toLowerCase())) return description;
  return description === '' ? title : `${title}: ${description}`;
}

/** Its first sentence, on one line of some length. */
export function shortDescriptionOf(tool: PlacedItem): string {
  const text = descriptionOf(tool);
  const sentence = /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
  const line = sentence.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHORT_LENGTH ? `${line.slice(0, SHORT_LENGTH - 1)}…` : line;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
