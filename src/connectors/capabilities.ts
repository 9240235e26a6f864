import { isObject, type JsonObject } from '../protocol/message.ts';

/** The capabilities of several servers as one server's: what any of them can do. */
export function mergeCapabilities(discovered: readonly JsonObject[]): JsonObject {
  return discovered.map(({ capabilities }) => capabilities).reduce<JsonObject>(merge, {});
}

/** The instructions of several servers, one paragraph each. */
export function mergeInstructions(discovered: readonly JsonObject[]): string {
  return discovered
    .map(({ instructions }) => instructions)
    .filter(text => typeof text === 'string' && text !== '')
    .join('\n\n');
}

function merge(into: JsonObject, capabilities: unknown): JsonObject {
  if (!isObject(capabilities)) return into;
  const merged = { ...into };
  for (const [name, value] of Object.entries(capabilities)) {
    merged[name] = isObject(value)
      ? merge(isObject(into[name]) ? into[name] : {}, value)
      : into[name] || value;
  }
  return merged;
}
