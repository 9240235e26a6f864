import { type Note, type NoteSummary, summaryOf } from './note.ts';
import { fold, toOneLine, wordsOf } from './text.ts';

const EXCERPT_CHARACTERS = 200;
const EXCERPT_WORDS_BEFORE = 8;
const EXCERPT_WORDS = 40;

/** What a word adds to a note's rank, by the place where it is found. */
const WEIGHTS = { title: 4, tags: 3, text: 1 } as const;

/** A note that was found, and the words around the first place where its text has one of those sought. */
export type Match = NoteSummary & { excerpt: string };

/** What a search found: the best matches, and how many there are with those that are not among them. */
export interface Found {
  readonly matches: Match[];
  readonly total: number;
}

/**
 * The notes that have all `words` (folded) in title, tags or text, best first, `limit` at the most.
 *
 * A note's rank is the sum over the words of the places that have them. Equals are ordered newest first, which is
 * the reverse of how `notes` come.
 */
export function findMatches(notes: readonly Note[], words: readonly string[], limit: number): Found {
  const ranked = notes
    .map(note => ({ note, rank: rankOf(note, words) }))
    .filter(({ rank }) => rank > 0)
    .reverse()
    .sort((a, b) => b.rank - a.rank);
  const matches = ranked
    .slice(0, limit)
    .map(({ note }) => ({ ...summaryOf(note), excerpt: excerptOf(note.text, words) }));
  return { matches, total: ranked.length };
}

/** The rank of a note; 0 when it lacks a word. */
function rankOf(note: Note, words: readonly string[]): number {
  const places = [
    { content: fold(note.title), weight: WEIGHTS.title },
    { content: fold(note.tags.join('\n')), weight: WEIGHTS.tags },
    { content: fold(note.text), weight: WEIGHTS.text },
  ];
  const ranks = words.map(word =>
    places.reduce((rank, place) => rank + (place.content.includes(word) ? place.weight : 0), 0),
  );
  return ranks.includes(0) ? 0 : ranks.reduce((sum, rank) => sum + rank, 0);
}

function excerptOf(text: string, words: readonly string[]): string {
  const all = wordsOf(text);
  const hit = all.findIndex(part => words.some(word => fold(part).includes(word)));
  const start = Math.max(0, hit - EXCERPT_WORDS_BEFORE);
  const lead = start > 0 ? '… ' : '';
  return toOneLine(lead + all.slice(start, start + EXCERPT_WORDS).join(' '), EXCERPT_CHARACTERS);
}
