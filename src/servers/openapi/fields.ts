/**
 * The named members of a value, or of each item of a list. A path goes through lists: `labels.name` is the name of every label.
 * @param paths such as `owner.login`; names that hold a dot themselves cannot be asked for.
 */
export function fieldsOf(value: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0) return value;
  if (Array.isArray(value)) return value.map(item => fieldsOf(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  const wanted = Map.groupBy(paths, path => path.split('.', 1)[0] ?? '');
  const members = Object.entries(value)
    .filter(([name]) => wanted.has(name))
    .map(([name, member]) => {
      const inner = (wanted.get(name) ?? []).map(path => path.slice(name.length + 1));
      return [name, inner.includes('') ? member : fieldsOf(member, inner)] as const;
    });
  return Object.fromEntries(members);
}

/** The names that can be asked for of a value, or of the first item of a list: what to say when none was there. */
export function namesIn(value: unknown): string[] {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' && first !== null ? Object.keys(first) : [];
}
