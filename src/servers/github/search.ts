import * as z from 'zod';

const MAX_QUERY_CHARACTERS = 256;

/** What to search for, in GitHub's language of qualifiers. */
export const queryInput = (description: string) =>
  z
    .string()
    .trim()
    .min(1, { error: 'must have at least one word or qualifier' })
    .max(MAX_QUERY_CHARACTERS, { error: `must have at most ${MAX_QUERY_CHARACTERS} characters` })
    .describe(description);

/** What GitHub answers to a search. */
export const searchAnswer = <Item extends z.ZodType>(item: Item) =>
  z.object({ total_count: z.int(), incomplete_results: z.boolean(), items: z.array(item) });

/** What the tools say of a search as a whole. */
export const searchOutput = {
  total: z.int().describe('How many there are in all. GitHub answers no more than the first 1000.'),
  isIncomplete: z.boolean().describe('Whether GitHub ran out of time, so that there may be more.'),
};

/** The first line of a search's text. */
export function searchHeadline(total: number, isIncomplete: boolean, shown: number): string {
  const incomplete = isIncomplete ? ' GitHub ran out of time, so there may be more.' : '';
  if (shown === 0) return `Nothing found on this page, ${total} in all.${incomplete}`;
  return `${shown} of ${total}:${incomplete}`;
}
