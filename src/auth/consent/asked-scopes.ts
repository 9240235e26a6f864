import { baseScope, initialScopes, type Site, scopesAt, serversBehind } from '../../grants/resources.ts';
import {
  type Access,
  ADMIN_SCOPE,
  mayAdminister,
  parseServerScope,
  serverScope,
} from '../../grants/scopes.ts';
import type { Role } from '../../principal.ts';

/** What a person may let a client do with one server. */
export type Choice = Access | 'none';

const CHOICES: readonly string[] = ['none', 'read', 'write'];

/**
 * The scopes that are asked for and could be granted. Clients may ask for scopes that we do not have, and for none at all
 * (RFC 6749 section 3.3). Rights over the gateway itself are only for people who have some.
 * @param roles of the person who is asked; null while nobody has signed in.
 */
export function grantableScopes(
  site: Site,
  resource: string,
  asked: readonly string[],
  roles: readonly Role[] | null,
): string[] {
  const wanted = asked.length > 0 ? asked : initialScopes(site, resource);
  const known = scopesAt(site, resource);
  const isOpen = (scope: string) => scope !== ADMIN_SCOPE || roles === null || mayAdminister(roles);
  return [...new Set([baseScope(site, resource), ...wanted])].filter(
    scope => known.includes(scope) && isOpen(scope),
  );
}

/** What some scopes allow with a server. */
export function choiceIn(scopes: readonly string[], server: string): Choice {
  if (scopes.includes(serverScope(server, 'write'))) return 'write';
  return scopes.includes(serverScope(server, 'read')) ? 'read' : 'none';
}

/**
 * The scopes that a person grants: for each server what they chose, more or less than was asked, and all else as asked.
 * @param chosen what the form says of a server; a server of which it says nothing gets what was asked.
 */
export function consentedScopes(
  site: Site,
  resource: string,
  asked: readonly string[],
  chosen: (server: string) => string | null,
): string[] {
  const others = asked.filter(scope => parseServerScope(scope) === null);
  const ofServers = serversBehind(site, resource).flatMap(server => {
    const choice = readChoice(chosen(server)) ?? choiceIn(asked, server);
    if (choice === 'none') return [];
    return choice === 'read'
      ? [serverScope(server, 'read')]
      : [serverScope(server, 'read'), serverScope(server, 'write')];
  });
  return [...others, ...ofServers];
}

function readChoice(text: string | null): Choice | null {
  return text !== null && CHOICES.includes(text) ? (text as Choice) : null;
}
