/** Of a number that may be larger than what numbers are exact to, so many digits follow each other. */
const LONG = /\d{16}/;

/** ECMAScript 2026, which TypeScript's library does not have yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}
const EXACT = JSON as unknown as ExactJson;

/**
 * What bytes say as JSON (UTF-8); undefined where they are none. Whole numbers that are too large to be exact, as ids of some APIs are,
 * stay what they are and are written as they came.
 */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder().decode(bytes);
    return LONG.test(text) ? EXACT.parse(text, exactly) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exactly(_name: string, value: unknown, { source }: { source?: string }): unknown {
  const isLost = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLost && source !== undefined ? EXACT.rawJSON(source) : value;
}
