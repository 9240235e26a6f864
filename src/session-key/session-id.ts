import { randomBytes } from 'node:crypto';
import { toBase64url, utf8 } from '../crypto/bytes.ts';
import { constantTimeEqual } from '../crypto/digest.ts';
import { type KeyRing, macText } from '../crypto/key-ring.ts';
import { GatehouseError } from '../errors.ts';
import { type Principal, principalFields } from '../principal.ts';

const RANDOM_BYTES = 32;

/** A session id whose MAC was checked against the principal that presents it. */
export interface SessionId {
  readonly value: string;
  /** The master key the session was opened under. */
  readonly kid: string;
}

/**
 * Makes an MCP session id, `v1.<kid>.<32 random bytes>.<128-bit MAC>`: visible ASCII and unguessable, as
 * revision 2025-11-25 asks ("Session Management"), and bound to one principal.
 */
export function mintSessionId(keyRing: KeyRing, principal: Principal): SessionId {
  const kid = keyRing.current;
  const random = toBase64url(randomBytes(RANDOM_BYTES));
  const mac = macOf(keyRing, kid, random, principal);
  return { value: `v1.${kid}.${random}.${mac}`, kid };
}

/**
 * Checks that this gateway made the id for this very principal, without touching any storage.
 * @throws GatehouseError `session_unknown` in every other case: a forged id, another user's, another
 *   client's or another endpoint's session all look as if they had never been.
 */
export function verifySessionId(keyRing: KeyRing, principal: Principal, value: string): SessionId {
  const [version, kid = '', random = '', mac = '', ...rest] = value.split('.');
  if (version !== 'v1' || rest.length > 0 || !keyRing.kids.has(kid)) throw unknownSession();
  // Compared as text: base64url has several spellings of the same bytes, and an id has only one.
  if (!constantTimeEqual(utf8(mac), utf8(macOf(keyRing, kid, random, principal)))) throw unknownSession();
  return { value, kid };
}

/** The answer to every session id that leads nowhere. */
export function unknownSession(): GatehouseError {
  return new GatehouseError(
    'session_unknown',
    'No such session. It has ended, or it belongs to another sign-in. Send "initialize" to begin a new one.',
  );
}

function macOf(keyRing: KeyRing, kid: string, random: string, principal: Principal): string {
  return macText(keyRing.derive(kid, 'session-id'), 'v1', kid, random, ...principalFields(principal));
}
