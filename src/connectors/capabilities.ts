import { isObject, type JsonObject } from '../protocol/message.ts';

/** What servers may declare, with the flags of each (2026-07-28, `ServerCapabilities`). */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  tools: ['listChanged'],
  prompts: ['listChanged'],
  resources: ['subscribe', 'listChanged'],
  completions: [],
  logging: [],
};

/** What servers may declare with settings that nobody but clients understands. */
const OPEN: readonly string[] = ['extensions', 'experimental'];

/** Settings beyond this, as JSON, are no settings: whoever lists the server's tools would have to read them. */
const MAX_OPEN_LENGTH = 8 * 1024;
const MAX_OPEN_DEPTH = 16;

/**
 * The capabilities of several servers as one server's: what any of them can do. What a remote server declares is not pinned and may be
 * anything, so only what is known is taken, and of the rest no more than settings are long.
 */
export function mergeCapabilities(discovered: readonly JsonObject[]): JsonObject {
  return discovered.map(({ capabilities }) => known(capabilities)).reduce<JsonObject>(merge, {});
}

/** Capabilities of an endpoint whose operators may change what is listed there, whatever its servers do. */
export function withListChanges(capabilities: JsonObject): JsonObject {
  const listed = ['tools', 'prompts', 'resources'].flatMap(name => {
    const own = capabilities[name];
    return isObject(own) ? [[name, { ...own, listChanged: true }]] : [];
  });
  return { ...capabilities, ...Object.fromEntries(listed) };
}

/** The instructions of several servers, one paragraph each. */
export function mergeInstructions(discovered: readonly JsonObject[]): string {
  return discovered
    .map(({ instructions }) => instructions)
    .filter(text => typeof text === 'string' && text !== '')
    .join('\n\n');
}

function known(capabilities: unknown): JsonObject {
  if (!isObject(capabilities)) return {};
  const declared = Object.entries(FLAGS).flatMap(([name, flags]) => {
    const own = capabilities[name];
    return isObject(own) ? [[name, flagsOf(own, flags)]] : [];
  });
  const open = OPEN.flatMap(name => {
    const own = capabilities[name];
    return isObject(own) && areSettings(own) ? [[name, own]] : [];
  });
  return Object.fromEntries([...declared, ...open]);
}

function flagsOf(own: JsonObject, flags: readonly string[]): JsonObject {
  return Object.fromEntries(
    flags.filter(flag => typeof own[flag] === 'boolean').map(flag => [flag, own[flag]]),
  );
}

/** Whether something is no longer, and nested no deeper, than settings are; looked at level by level, as it may be nested without end. */
function areSettings(settings: JsonObject): boolean {
  let level: unknown[] = [settings];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_OPEN_DEPTH) return false;
    level = level.flatMap(each => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return JSON.stringify(settings).length <= MAX_OPEN_LENGTH;
}

function merge(into: JsonObject, capabilities: JsonObject): JsonObject {
  const merged = { ...into };
  for (const [name, value] of Object.entries(capabilities)) {
    merged[name] = isObject(value)
      ? merge(isObject(into[name]) ? into[name] : {}, value)
      : into[name] || value;
  }
  return merged;
}
