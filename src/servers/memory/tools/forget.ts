import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { NoteId } from '../note.ts';
import type { Notes } from '../notes.ts';
import { answer } from './result.ts';

/**
 * `forget`: removes one note for good. A note that is not there is an answer and no error, so that a call
 * repeated after a lost connection succeeds.
 */
export function registerForget(server: McpServer, notes: Notes): void {
  server.registerTool(
    'forget',
    {
      title: 'Forget a note',
      description: 'Remove one note for good, by its id. It cannot be brought back.',
      inputSchema: z.strictObject({ id: NoteId }),
      outputSchema: z.object({
        id: z.string(),
        forgotten: z.boolean().describe('False when there was no such note.'),
      }),
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ id }) => {
      const forgotten = await notes.forget(id);
      const text = forgotten
        ? `Forgot the note with the id ${id}.`
        : `Nothing to forget: there is no note with the id ${id}. Use search or list to find ids.`;
      return answer(text, { id, forgotten });
    },
  );
}
