import { type Finder, type Finding, inOrder } from './finder.ts';
import { SECRET_PATTERNS, type SecretPattern } from './secret-patterns.ts';

/** The patterns by what a secret begins with. */
const BY_START = new Map<string, SecretPattern[]>();
for (const pattern of SECRET_PATTERNS)
  for (const start of pattern.starts) BY_START.set(start, [...(BY_START.get(start) ?? []), pattern]);

/** All beginnings, longest first, so that of two that fit the more exact one is taken. It is the prefilter: a list of words. */
const STARTS = new RegExp(
  [...BY_START.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map(start => start.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|'),
  'g',
);

const WORD = /[A-Za-z0-9]/;

/** Finds secrets by their forms. */
export const findSecrets: Finder = text => {
  STARTS.lastIndex = 0;
  const found: Finding[] = [];
  for (let match = STARTS.exec(text); match; match = STARTS.exec(text)) {
    const finding = secretAt(text, match.index, match[0]);
    if (finding) found.push(finding);
    // A shorter beginning may lie within one that led to nothing.
    STARTS.lastIndex = finding ? finding.end : match.index + 1;
  }
  return inOrder(found);
};

function secretAt(text: string, start: number, beginning: string): Finding | null {
  for (const { name, rest, notAfter = WORD } of BY_START.get(beginning) ?? []) {
    if (notAfter.test(text[start - 1] ?? '')) continue;
    rest.lastIndex = start + beginning.length;
    if (rest.test(text)) return { start, end: rest.lastIndex, pattern: name };
  }
  return null;
}
