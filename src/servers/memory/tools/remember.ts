import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { NoteSummary, summaryOf, Tags, Text, Title } from '../note.ts';
import type { Notes } from '../notes.ts';
import { answer, noRoom } from './result.ts';

/** `remember`: keeps a new note and answers its id. */
export function registerRemember(server: McpServer, notes: Notes): void {
  server.registerTool(
    'remember',
    {
      title: 'Remember a note',
      description:
        'Keep a note for the user, to be found again in later sessions. Every call makes a new note; to change ' +
        'one, remember the new version and forget the old.',
      inputSchema: z.strictObject({ text: Text, title: Title.optional(), tags: Tags.optional() }),
      outputSchema: NoteSummary,
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    async draft => {
      const kept = await notes.remember(draft);
      if (!kept.ok) return noRoom(kept);
      return answer(`Remembered "${kept.note.title}" with the id ${kept.note.id}.`, summaryOf(kept.note));
    },
  );
}
