import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { NoteSummary, toLine } from '../note.ts';
import type { Notes } from '../notes.ts';
import { findMatches } from '../search.ts';
import { fold, hasAtMostCharacters, wordsOf } from '../text.ts';
import { answer } from './result.ts';

const MAX_QUERY_CHARACTERS = 200;
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 50;

const Query = z
  .string()
  .refine(query => wordsOf(query).length > 0, { error: 'must have at least one word' })
  .refine(query => hasAtMostCharacters(query, MAX_QUERY_CHARACTERS), {
    error: `must have at most ${MAX_QUERY_CHARACTERS} characters; use fewer words`,
  })
  .meta({
    description: 'Words, or parts of words. A note must have all of them in its title, tags or text.',
    maxLength: MAX_QUERY_CHARACTERS,
  });

/** `search`: the notes that have all the words, best match first. */
export function registerSearch(server: McpServer, notes: Notes): void {
  server.registerTool(
    'search',
    {
      title: 'Search notes',
      description:
        'Find notes by words; upper and lower case make no difference. Answers the best matches with an excerpt ' +
        'each; read a whole note with recall.',
      inputSchema: z.strictObject({
        query: Query,
        limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('Matches to answer.'),
      }),
      outputSchema: z.object({
        matches: z.array(NoteSummary.extend({ excerpt: z.string() })),
        total: z.int().describe('How many notes match, answered here or not.'),
      }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ query, limit }) => {
      const { matches, total } = findMatches(await notes.all(), wordsOf(fold(query)), limit);
      const lines = matches.map(match => `${toLine(match)}\n  ${match.excerpt}`);
      return answer([headline(total, matches.length), ...lines].join('\n'), { matches, total });
    },
  );
}

function headline(total: number, shown: number): string {
  if (total === 0) return 'No note has all of these words. Try fewer or other words, or list the notes.';
  return shown < total ? `The best ${shown} of ${total} matches:` : `Matches: ${total}.`;
}
