import type { NoteSummary } from './note.ts';

/** The tags of `notes` and how many notes have each: the most used first, equals by name. */
export function countTags(notes: readonly NoteSummary[]): { tag: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const tag of notes.flatMap(note => note.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, count]) => ({ tag, count }))
    .sort((a, b) => b.count - a.count || a.tag.localeCompare(b.tag));
}
