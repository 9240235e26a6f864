import * as z from 'zod';
import { cut } from './text.ts';

const DEFAULT_CHARACTERS = 8000;

/** GitHub's own bound on the text of an issue or comment, so that each can be read in full. */
const MAX_CHARACTERS = 65_536;

/** How much of each text of an answer is wanted, in UTF-16 units. */
export const TextLimit = z
  .int()
  .min(100)
  .max(MAX_CHARACTERS)
  .default(DEFAULT_CHARACTERS)
  .describe(
    'How many characters of each text and patch at most. Ask for more where one says that it was cut.',
  );

/** The beginning of `text`, with a line that says so where it was cut. */
export function cutWithNote(text: string, limit: number): string {
  const { text: start, isCut } = cut(text, limit);
  return isCut ? `${start}\n[Cut: the first ${start.length} of ${text.length} characters.]` : start;
}

/** The same of each of a list. */
export function withCutTexts<Item extends { readonly text: string }>(
  items: readonly Item[],
  limit: number,
): Item[] {
  return items.map(item => ({ ...item, text: cutWithNote(item.text, limit) }));
}
