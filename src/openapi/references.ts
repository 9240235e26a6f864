import { isJson, type Json, member } from './json.ts';

/** How many references may lead from one to the next. */
const MAX_HOPS = 16;

/** What a reference leads to, with the name that it goes by. */
export interface Target {
  readonly value: unknown;
  /** The references that were followed, the last one last; what is met again among them is a cycle. */
  readonly path: readonly string[];
}

/**
 * Follows `$ref`s within a description (RFC 6901). One that leads elsewhere, nowhere, or in circles leads to nothing:
 * no description makes us fetch anything.
 */
export class References {
  readonly #root: Json;

  constructor(root: Json) {
    this.#root = root;
  }

  /** The value itself, or what it refers to; undefined where that is nothing. */
  resolved(value: unknown): unknown {
    return this.target(value).value;
  }

  /** An object, or what it refers to; an empty one where that is none. */
  object(value: unknown): Json {
    const found = this.resolved(value);
    return isJson(found) ? found : {};
  }

  target(value: unknown): Target {
    const path: string[] = [];
    let current = value;
    for (let reference = referenceOf(current); reference !== null; reference = referenceOf(current)) {
      if (path.includes(reference) || path.length === MAX_HOPS) return { value: undefined, path };
      path.push(reference);
      current = this.#at(reference);
    }
    return { value: current, path };
  }

  #at(reference: string): unknown {
    if (!reference.startsWith('#/')) return reference === '#' ? this.#root : undefined;
    return reference
      .slice(2)
      .split('/')
      .reduce<unknown>((value, token) => inside(value, decoded(token)), this.#root);
  }
}

function referenceOf(value: unknown): string | null {
  const reference = member(value, '$ref');
  return typeof reference === 'string' ? reference : null;
}

function inside(value: unknown, token: string): unknown {
  return Array.isArray(value) && /^\d+$/.test(token) ? value[Number(token)] : member(value, token);
}

function decoded(token: string): string {
  const plain = token.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
