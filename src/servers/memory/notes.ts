import { type Note, type NoteDraft, Note as NoteSchema, newNote } from './note.ts';
import type { State, StateRefusal } from './state.ts';

const KEY_PREFIX = 'note:';

/** Entries per hop when many are read: at 16 KiB of text each, well inside what one RPC answer may weigh. */
const SCAN_ENTRIES = 100;

/** A page of notes, oldest first; `next` is null on the last page, which may be empty. */
export interface NotesPage {
  notes: Note[];
  next: string | null;
}

/** Which notes, from where, how many. `after` is the `next` of the previous page. */
export interface NotesQuery {
  tag?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/**
 * The user's notes. Nothing is held between calls: each asks the state anew, because other sessions write too.
 */
export class Notes {
  readonly #state: State;
  readonly #changed: (id: string) => void;

  /** `changed` is told the id of each note that was written or forgotten, after the fact. */
  constructor(state: State, changed: (id: string) => void) {
    this.#state = state;
    this.#changed = changed;
  }

  /** Keeps a new note, or answers why there is no room for it. */
  async remember(draft: NoteDraft): Promise<{ ok: true; note: Note } | StateRefusal> {
    const note = newNote(draft);
    const stored = await this.#state.put(KEY_PREFIX + note.id, JSON.stringify(note));
    if (!stored.ok) return stored;
    this.#changed(note.id);
    return { ok: true, note };
  }

  /** The note with this id, or null. */
  async recall(id: string): Promise<Note | null> {
    const value = await this.#state.get(KEY_PREFIX + id);
    return value === null ? null : parseNote(value);
  }

  /** Whether there was a note with this id; now there is none. */
  async forget(id: string): Promise<boolean> {
    const existed = await this.#state.delete(KEY_PREFIX + id);
    if (existed) this.#changed(id);
    return existed;
  }

  /** The next notes, at most `limit` of them: one hop, or with a tag as many as it takes to fill the page. */
  async page({ tag, after, limit }: NotesQuery): Promise<NotesPage> {
    if (tag === undefined) {
      const { stored, next } = await this.#read(after, limit);
      return { notes: withTag(stored, tag), next };
    }
    const notes: Note[] = [];
    let position = after;
    while (notes.length < limit) {
      const { found, next } = await this.#readTagged(tag, position, limit - notes.length);
      notes.push(...found);
      if (next === null) return { notes, next };
      position = next;
    }
    return { notes, next: position ?? null };
  }

  /** All notes, oldest first; with a tag, those that have it. */
  async all(tag?: string): Promise<Note[]> {
    const notes: Note[] = [];
    let position: string | undefined;
    do {
      const { stored, next } = await this.#read(position, SCAN_ENTRIES);
      notes.push(...withTag(stored, tag));
      position = next ?? undefined;
    } while (position !== undefined);
    return notes;
  }

  /**
   * The tagged notes among the next entries. The state can only be continued after an entry that ended a page, so
   * when more match than are wanted, the same entries are read again, up to the last that is wanted.
   */
  async #readTagged(tag: string, after: string | undefined, wanted: number) {
    const { stored, next } = await this.#read(after, SCAN_ENTRIES);
    const found = withTag(stored, tag);
    const last = found[wanted - 1];
    if (last === undefined || found.length === wanted) return { found, next };
    const again = await this.#read(after, stored.indexOf(last) + 1);
    return { found: withTag(again.stored, tag), next: again.next };
  }

  /** One hop. `stored` has a place for every entry, so that an index counts entries; null is no note of ours. */
  async #read(after: string | undefined, limit: number) {
    const page = await this.#state.list({
      prefix: KEY_PREFIX,
      limit,
      ...(after !== undefined && { after }),
    });
    return { stored: page.entries.map(entry => parseNote(entry.value)), next: page.next };
  }
}

/** A stored note, or null for what cannot be read as one: a single bad value must not hide all the others. */
function parseNote(value: string): Note | null {
  try {
    return NoteSchema.parse(JSON.parse(value));
  } catch {
    return null;
  }
}

/** The notes among `stored`; with a tag, those that have it. */
function withTag(stored: (Note | null)[], tag: string | undefined): Note[] {
  return stored.filter(note => note !== null).filter(note => tag === undefined || note.tags.includes(tag));
}
