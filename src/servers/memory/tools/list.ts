import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { fromCursor, toCursor } from '../cursor.ts';
import { NoteSummary, summaryOf, Tag, toLine } from '../note.ts';
import type { Notes, NotesPage } from '../notes.ts';
import { answer, refusal } from './result.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** `list`: the notes page by page, oldest first, all of them or those with a tag. */
export function registerList(server: McpServer, notes: Notes): void {
  server.registerTool(
    'list',
    {
      title: 'List notes',
      description:
        'List notes without their text, oldest first, all or those with one tag. A page that is not the last has ' +
        'a nextCursor: call again with it as cursor, and with the same tag, for the next page.',
      inputSchema: z.strictObject({
        tag: Tag.optional().describe('Only notes with this tag.'),
        cursor: z.string().optional().describe('The nextCursor of the previous page. Leave out to begin.'),
        limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('Notes per page.'),
      }),
      outputSchema: z.object({
        notes: z.array(NoteSummary),
        nextCursor: z.string().optional().describe('Absent on the last page.'),
      }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ tag, cursor, limit }) => {
      const list = nameOf(tag);
      const after = cursor === undefined ? undefined : await fromCursor(list, cursor);
      if (after === null) return refusal(BAD_CURSOR);
      const page = await notes.page({ tag, after, limit });
      return answerPage(page, page.next === null ? undefined : await toCursor(list, page.next));
    },
  );
}

const BAD_CURSOR =
  'The cursor is not one that this list answered. Pass nextCursor unchanged and with the same tag as the call that ' +
  'answered it, or leave the cursor out to begin at the first page.';

/** What a cursor is bound to: one made for a tag does not continue the list of another. */
function nameOf(tag: string | undefined): string {
  return JSON.stringify(['list', tag ?? null]);
}

function answerPage({ notes }: NotesPage, nextCursor: string | undefined) {
  const lines = notes.map(toLine);
  if (lines.length === 0) lines.push('No notes here.');
  if (nextCursor !== undefined) lines.push(`More follow: list again with the cursor ${nextCursor}`);
  return answer(lines.join('\n'), {
    notes: notes.map(summaryOf),
    ...(nextCursor !== undefined && { nextCursor }),
  });
}
