import {
  ACCOUNT_SCOPE,
  ADMIN_SCOPE,
  MCP_SCOPE,
  OFFLINE_SCOPE,
  parseServerScope,
} from '../../grants/scopes.ts';

const WORDS: Readonly<Record<string, string>> = {
  [MCP_SCOPE]: 'See which tools, prompts and resources there are',
  [OFFLINE_SCOPE]: 'Stay connected when you are away',
  [ACCOUNT_SCOPE]: 'See your connections and sessions, and end them',
  [ADMIN_SCOPE]: 'Administer this gateway, as far as your roles allow',
};

const ACCESS_WORDS = { read: 'Read from', write: 'Make changes with' } as const;

/** What a scope allows, in words for the person who grants it. */
export function scopeWords(scope: string): string {
  const ofServer = parseServerScope(scope);
  if (ofServer) return `${ACCESS_WORDS[ofServer.access]} ${ofServer.server}`;
  return WORDS[scope] ?? scope;
}
