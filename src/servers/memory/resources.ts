import {
  type ListResourcesResult,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { fromCursor, toCursor } from './cursor.ts';
import { INDEX_URI, type Note, NoteId, toLine, toMarkdown, uriOf } from './note.ts';
import type { Notes } from './notes.ts';
import { countTags } from './tags.ts';

const MIME_TYPE = 'text/markdown';
const PAGE_NOTES = 50;
const INDEX_NOTES = 100;

const INDEX: Resource = {
  uri: INDEX_URI,
  name: 'notes',
  title: 'All notes',
  description: `How many notes there are, their tags, and the ${INDEX_NOTES} newest titles.`,
  mimeType: MIME_TYPE,
};

/** The notes as resources: an index, each note, and a list of them that is read page by page. */
export function registerResources(server: McpServer, notes: Notes): void {
  const { uri, name, ...indexMetadata } = INDEX;
  server.registerResource(name, uri, indexMetadata, async () => document(uri, indexOf(await notes.all())));
  server.registerResource(
    'note',
    new ResourceTemplate(uriOf('{id}'), {
      list: undefined,
      complete: { id: value => completeId(notes, value) },
    }),
    { title: 'A note', description: 'One note in full.', mimeType: MIME_TYPE },
    async (noteUri, { id }) => document(noteUri.href, toMarkdown(await find(notes, noteUri.href, id))),
  );
  // The SDK's own handler reads every template to the end in one answer. Ours goes by cursor, and replaces it.
  server.server.setRequestHandler('resources/list', ({ params }) => listResources(notes, params?.cursor));
}

async function find(notes: Notes, uri: string, id: unknown): Promise<Note> {
  const parsed = NoteId.safeParse(id);
  const note = parsed.success ? await notes.recall(parsed.data) : null;
  if (note === null) throw new ResourceNotFoundError(uri);
  return note;
}

/** The index on the first page, then every note, oldest first. A cursor that is not ours is invalid (-32602). */
async function listResources(notes: Notes, cursor: string | undefined): Promise<ListResourcesResult> {
  const after = cursor === undefined ? undefined : await fromCursor('resources', cursor);
  if (after === null) {
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      'The cursor is not one that resources/list answered. Pass nextCursor unchanged, or leave it out to begin.',
    );
  }
  const page = await notes.page({ after, limit: PAGE_NOTES });
  return {
    resources: [...(cursor === undefined ? [INDEX] : []), ...page.notes.map(toResource)],
    ...(page.next !== null && { nextCursor: await toCursor('resources', page.next) }),
  };
}

async function completeId(notes: Notes, value: string): Promise<string[]> {
  const all = await notes.all();
  return all.map(note => note.id).filter(id => id.startsWith(value.toLowerCase()));
}

function toResource({ id, title, createdAt }: Note): Resource {
  return { uri: uriOf(id), name: id, title, mimeType: MIME_TYPE, annotations: { lastModified: createdAt } };
}

function indexOf(notes: Note[]): string {
  const tags = countTags(notes).map(({ tag, count }) => `${tag} (${count})`);
  const newest = notes.slice(-INDEX_NOTES).reverse();
  return [
    `# Notes: ${notes.length}`,
    ...(tags.length > 0 ? [`Tags: ${tags.join(', ')}`] : []),
    ...(newest.length > 0 ? [newest.map(toLine).join('\n')] : []),
    ...(newest.length < notes.length
      ? [`These are the ${newest.length} newest. The list tool answers all.`]
      : []),
  ].join('\n\n');
}

function document(uri: string, text: string): ReadResourceResult {
  return { contents: [{ uri, mimeType: MIME_TYPE, text }] };
}
