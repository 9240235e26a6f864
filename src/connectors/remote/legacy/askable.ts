import { isObject, type JsonObject } from '../../../protocol/message.ts';

/** What a client can be asked for, and in which ways: all that servers of the 2025 revisions are told of it. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  elicitation: ['form', 'url'],
  sampling: ['context', 'tools'],
  roots: [],
};

/**
 * A client's capabilities as a server is told of them, always in the same order and without anything of the client's own: whoever
 * says something else of the same meaning shares a session, so that there are few. Changes of roots are not told of.
 */
export function askableCapabilities(capabilities: JsonObject): JsonObject {
  const declared = Object.entries(WAYS).flatMap(([name, ways]) => {
    const said = capabilities[name];
    return isObject(said) ? [[name, flagsIn(said, ways)]] : [];
  });
  return Object.fromEntries(declared);
}

function flagsIn(said: JsonObject, ways: readonly string[]): JsonObject {
  return Object.fromEntries(ways.filter(way => isObject(said[way])).map(way => [way, {}]));
}
