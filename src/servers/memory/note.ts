import * as z from 'zod';
import { byteLength, hasAtMostCharacters, isOneLine, toOneLine } from './text.ts';

/** What a note may hold. Each limit is named in the error of whoever meets it. */
export const LIMITS = {
  textBytes: 16 * 1024,
  titleCharacters: 200,
  tags: 20,
  tagCharacters: 50,
} as const;

/** Longest title that is made from a text which came without one. */
const DERIVED_TITLE_CHARACTERS = 80;

/** The id of a note: `remember` makes it, nobody chooses it. */
export const NoteId = z
  .uuid({ error: 'must be the id of a note, as remember, search and list answer it' })
  .toLowerCase()
  .describe('The id of a note, as remember, search and list answer it.');

// Half a surrogate pair cannot be written as UTF-8: it would come back from the store as something else.
const wellFormed = (text: string) => text.toWellFormed();

/** A note's text, kept to the letter. */
export const Text = z
  .string()
  .overwrite(wellFormed)
  .refine(text => text.trim() !== '', { error: 'must not be blank' })
  .refine(text => byteLength(text) <= LIMITS.textBytes, {
    error: `must be at most ${LIMITS.textBytes} bytes of UTF-8 (16 KiB); shorten it, or make several notes of it`,
  })
  .describe('What to remember, complete enough to be understood on its own later. At most 16 KiB.');

/** A note's title: one line. */
export const Title = z
  .string()
  .overwrite(title => wellFormed(title).trim())
  .refine(title => title !== '', {
    error: 'must not be blank; leave it out to use the first line of the text',
  })
  .refine(isOneLine, { error: 'must be one line without control characters' })
  .refine(title => hasAtMostCharacters(title, LIMITS.titleCharacters), {
    error: `must have at most ${LIMITS.titleCharacters} characters; put the rest into the text`,
  })
  .meta({
    description: 'What the note is about, in one line. Left out, it is the first line of the text.',
    maxLength: LIMITS.titleCharacters,
  });

/** A tag: one line in lower case, so that "Work" and "work " are one tag. */
export const Tag = z
  .string()
  .overwrite(tag => wellFormed(tag).normalize('NFC').trim().toLowerCase())
  .refine(tag => tag !== '', { error: 'must not be blank' })
  .refine(isOneLine, { error: 'must be one line without control characters' })
  .refine(tag => hasAtMostCharacters(tag, LIMITS.tagCharacters), {
    error: `must have at most ${LIMITS.tagCharacters} characters`,
  })
  .meta({ maxLength: LIMITS.tagCharacters });

/** The tags of a note, each once. */
export const Tags = z
  .array(Tag)
  .max(LIMITS.tags, { error: `must be at most ${LIMITS.tags} tags` })
  .overwrite(tags => [...new Set(tags)])
  .describe('Words to find the note by. Upper and lower case make no difference.');

/** A note in short, as lists show it. */
export const NoteSummary = z.object({
  id: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  createdAt: z.string().describe('When it was remembered: ISO 8601, UTC.'),
});
export type NoteSummary = z.infer<typeof NoteSummary>;

/** A note in full. */
export const Note = NoteSummary.extend({ text: z.string() });
export type Note = z.infer<typeof Note>;

/** What a note is made from, once its parts have passed `Text`, `Title` and `Tags`. */
export interface NoteDraft {
  text: string;
  title?: string | undefined;
  tags?: string[] | undefined;
}

/** A new note, with an id that no other note has. */
export function newNote({ text, title = titleOf(text), tags = [] }: NoteDraft): Note {
  return { id: crypto.randomUUID(), title, tags, createdAt: new Date().toISOString(), text };
}

function titleOf(text: string): string {
  const firstLine = text.trim().split(/[\r\n]/, 1)[0] ?? '';
  return toOneLine(firstLine, DERIVED_TITLE_CHARACTERS) || 'Untitled note';
}

/** The note without its text. */
export function summaryOf({ id, title, tags, createdAt }: Note): NoteSummary {
  return { id, title, tags, createdAt };
}

/** A note as one line of a list. */
export function toLine({ id, title, tags }: NoteSummary): string {
  return `- ${title} (${[`id ${id}`, ...tags.map(tag => `#${tag}`)].join(', ')})`;
}

/** A note as a Markdown document: what we say about it first, then the text to the letter. */
export function toMarkdown({ id, title, tags, createdAt, text }: Note): string {
  const facts = [
    `Id: ${id}`,
    `Remembered: ${createdAt}`,
    ...(tags.length ? [`Tags: ${tags.join(', ')}`] : []),
  ];
  return `# ${title}\n\n${facts.join('  \n')}\n\n${text}`;
}

/** The URI under which all notes are summed up. */
export const INDEX_URI = 'memory://notes';

/** The URI of one note. */
export function uriOf(id: string): string {
  return `${INDEX_URI}/${id}`;
}
