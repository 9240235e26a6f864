const MAX_OBJECTS = 5000;

/** Every name and text that can be reached from something, through properties and prototypes. */
export function allTextIn(from: unknown): string[] {
  const texts = new Set<string>();
  const visited = new Set<object>();
  const open: unknown[] = [from];
  while (open.length > 0 && visited.size < MAX_OBJECTS) {
    const next = open.pop();
    if (typeof next === 'string') texts.add(next);
    if (next === null || (typeof next !== 'object' && typeof next !== 'function') || visited.has(next))
      continue;
    visited.add(next);
    open.push(Object.getPrototypeOf(next));
    for (const name of Reflect.ownKeys(next)) {
      texts.add(String(name));
      open.push(propertyOf(next, name));
    }
  }
  return [...texts];
}

function propertyOf(of: object, name: string | symbol): unknown {
  try {
    return Reflect.get(of, name);
  } catch {
    return undefined;
  }
}
