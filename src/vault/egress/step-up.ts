import type { Connection } from '../connection.ts';
import type { Credential } from '../credential.ts';
import { bearerChallenge, isScopeRefusal, scopesIn } from './bearer-challenge.ts';

/**
 * What a token has to be good for, where a remote server says that it is not good for enough (MCP, "Scope Challenge Handling"): what the
 * server names, with what the token is good for already.
 * @returns null where nobody can be asked for more: it is no remote server's own connection, whose scopes are not the operator's to
 *   bound; or the token is good for all that is named already, so that to ask would never end.
 */
export function scopesToAskFor(
  response: Response,
  { oauth }: Connection,
  credential: Credential,
): readonly string[] | null {
  if (oauth === null || oauth.resource === null || credential.kind !== 'oauth2') return null;
  if (!isScopeRefusal(response)) return null;
  const { scopes: granted } = credential;
  const named = bearerChallenge(response.headers.get('www-authenticate'))?.scopes ?? [];
  if (named.every(scope => granted.includes(scope))) return null;
  return scopesIn([...named, ...granted].join(' '));
}
