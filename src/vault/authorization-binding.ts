import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { ConnectionOAuth } from './connection.ts';

/**
 * Names the arrangement that a token is of: which authorization server gave it, to which client, for which resource. It is kept with each
 * credential, so that one is never sent to another authorization server than its own, whatever becomes of the connection's definition.
 * @returns null where no authorization server gives anything out.
 */
export function authorizationBinding(oauth: ConnectionOAuth | null): string | null {
  if (oauth === null) return null;
  const { issuer, tokenUrl, clientId, resource } = oauth;
  const parts = [issuer ?? '', tokenUrl ?? '', clientId, resource ?? ''];
  return toBase64url(sha256(lengthPrefixed('authorization-binding', ...parts)));
}
