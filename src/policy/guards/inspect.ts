import { isObject, type JsonObject } from '../../protocol/message.ts';
import { decodedText, encodedText } from './blob.ts';
import type { Finder } from './finder.ts';

/** What an inspection has come to. */
export interface Inspection<Value> {
  /** The value with what was found replaced; the value itself where nothing was. */
  readonly masked: Value;
  /** The patterns that were found. */
  readonly found: ReadonlySet<string>;
}

/** What masks say, such as `[secret: github-token]`. */
export type MaskWord = 'secret' | 'personal data';

/** Members that are not looked at: state that a server has sealed, and that must come back as it was. */
const OPAQUE = new Set(['requestState']);

/** Whole numbers below it are too short to be anything that is looked for. */
const MIN_LONG_NUMBER = 1e12;

/**
 * Looks through a JSON value: texts, keys and long numbers, at any depth, and what content blocks carry in Base64 if it is text. Its shape
 * is kept: a text becomes a text with masks in it, a number a mask.
 */
export function inspect<Value>(value: Value, find: Finder, word: MaskWord): Inspection<Value> {
  const found = new Set<string>();
  const masked = new Inspector(find, word, found).value(value) as Value;
  return { masked, found };
}

class Inspector {
  readonly #find: Finder;
  readonly #word: MaskWord;
  readonly #found: Set<string>;

  constructor(find: Finder, word: MaskWord, found: Set<string>) {
    this.#find = find;
    this.#word = word;
    this.#found = found;
  }

  value(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#number(value);
    if (Array.isArray(value)) return this.#list(value);
    return isObject(value) ? this.#object(value) : value;
  }

  #text(text: string): string {
    const findings = this.#find(text);
    if (findings.length === 0) return text;
    let masked = '';
    let at = 0;
    for (const { start, end, pattern } of findings) {
      this.#found.add(pattern);
      masked += `${text.slice(at, start)}[${this.#word}: ${pattern}]`;
      at = end;
    }
    return masked + text.slice(at);
  }

  #number(number: number): unknown {
    if (!Number.isInteger(number) || Math.abs(number) < MIN_LONG_NUMBER) return number;
    const digits = String(number);
    const masked = this.#text(digits);
    return masked === digits ? number : masked;
  }

  #list(list: readonly unknown[]): readonly unknown[] {
    const masked = list.map(item => this.value(item));
    return masked.some((item, at) => item !== list[at]) ? masked : list;
  }

  /** Two keys that become the same are told apart by a number, so that no member is lost. */
  #object(object: JsonObject): JsonObject {
    const masked: JsonObject = {};
    let isChanged = false;
    for (const [key, value] of Object.entries(object)) {
      const maskedKey = this.#text(key);
      const maskedValue = OPAQUE.has(key) ? value : this.#member(object, key, value);
      isChanged ||= maskedKey !== key || maskedValue !== value;
      let free = maskedKey;
      for (let count = 2; Object.hasOwn(masked, free); count++) free = `${maskedKey} (${count})`;
      // `__proto__` is a key like any other in JSON.
      Object.defineProperty(masked, free, {
        value: maskedValue,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return isChanged ? masked : object;
  }

  /** Pictures and sounds (MCP, `ImageContent`, `AudioContent`) are not text; embedded resources (`BlobResourceContents`) may be. */
  #member(object: JsonObject, key: string, value: unknown): unknown {
    if (typeof value !== 'string') return this.value(value);
    if (key === 'data' && (object.type === 'image' || object.type === 'audio')) return value;
    if (key !== 'blob') return this.#text(value);
    const text = decodedText(value, object.mimeType);
    if (text === null) return value;
    const masked = this.#text(text);
    return masked === text ? value : encodedText(masked);
  }
}
