import type { ServerEntry } from '../../catalog/catalog.ts';
import {
  ACCOUNT_SCOPE,
  ADMIN_SCOPE,
  MCP_SCOPE,
  OFFLINE_SCOPE,
  parseServerScope,
} from '../../grants/scopes.ts';

const WORDS: Readonly<Record<string, string>> = {
  [MCP_SCOPE]: 'connect, and see what there is',
  [ACCOUNT_SCOPE]: 'see and end what you have connected',
  [ADMIN_SCOPE]: 'administer this gateway, as far as your role goes',
  [OFFLINE_SCOPE]: 'stay connected while you are away',
};

/** What a scope allows, in words for the person who grants it: the middle of a sentence that begins with "May". */
export function scopeWords(scope: string, catalog: readonly ServerEntry[] = []): string {
  const parsed = parseServerScope(scope);
  if (!parsed) return WORDS[scope] ?? scope;
  const title = catalog.find(({ name }) => name === parsed.server)?.title ?? parsed.server;
  return parsed.access === 'read' ? `read in ${title}` : `read and change things in ${title}`;
}
