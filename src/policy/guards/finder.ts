/** Something that was found in a text: where, in UTF-16 units, and by which pattern. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly pattern: string;
}

/** Finds things in a text, in time linear in its length; in the order of their beginnings, none within another. */
export type Finder = (text: string) => readonly Finding[];

/** Puts what several have found into order, and leaves out what overlaps with what begins before it. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings;
  const sorted = findings.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let end = -1;
  return sorted.filter(finding => {
    const isFree = finding.start >= end;
    if (isFree) end = finding.end;
    return isFree;
  });
}
