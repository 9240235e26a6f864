import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { Note, NoteId, toMarkdown } from '../note.ts';
import type { Notes } from '../notes.ts';
import { answer, refusal } from './result.ts';

/** `recall`: one note in full. */
export function registerRecall(server: McpServer, notes: Notes): void {
  server.registerTool(
    'recall',
    {
      title: 'Recall a note',
      description: 'Read one note in full by its id. Use search or list to find the id.',
      inputSchema: z.strictObject({ id: NoteId }),
      outputSchema: Note,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ id }) => {
      const note = await notes.recall(id);
      if (note === null)
        return refusal(`There is no note with the id ${id}. Use search or list to find its id.`);
      return answer(toMarkdown(note), note);
    },
  );
}
