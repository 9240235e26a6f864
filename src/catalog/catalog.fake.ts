import type { ServerEntry } from './catalog.ts';

/** A server on offer, with the given differences. */
export function entryOf(name: string, change: Partial<ServerEntry> = {}): ServerEntry {
  const shown = { title: name, description: `The server ${name}.`, tools: {}, callTimeoutMs: null };
  return { name, kind: 'hosted', ...shown, codeHash: 'hash', connections: [], ...change };
}
