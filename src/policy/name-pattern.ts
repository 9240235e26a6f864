/** Whether a name fits. */
export type NameTest = (name: string) => boolean;

/**
 * Patterns over names, ready to be tested: a name fits if it fits any of them. `*` stands for any characters, everything else for
 * itself. No regular expressions: the cost is at most the length of the name times that of the pattern.
 */
export function nameTest(patterns: readonly string[]): NameTest {
  const exact = new Set(patterns.filter(pattern => !pattern.includes('*')));
  const open = patterns.filter(pattern => pattern.includes('*')).map(pattern => pattern.split('*'));
  if (open.length === 0) return name => exact.has(name);
  return name => exact.has(name) || open.some(parts => fits(name, parts));
}

/** Whether a name consists of the parts, in their order, with anything between them. The leftmost place of each is as good as any. */
function fits(name: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/**
 * Whether names that a template makes (RFC 6570: literal text, then a variable) may fit: by what stands before its first variable.
 * @returns null where that cannot be told.
 */
export function templateTest(patterns: readonly string[]): (template: string) => boolean | null {
  const starts = patterns.map(pattern => pattern.split('*', 1)[0] ?? '');
  const openEnded = new Set(patterns.filter(pattern => pattern.indexOf('*') === pattern.length - 1));
  return template => {
    const literal = template.split('{', 1)[0] ?? '';
    const isCovered = patterns.some(
      (pattern, at) => openEnded.has(pattern) && literal.startsWith(starts[at] ?? ''),
    );
    if (isCovered) return true;
    return starts.some(start => start.startsWith(literal) || literal.startsWith(start)) ? null : false;
  };
}
