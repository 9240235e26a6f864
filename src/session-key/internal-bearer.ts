import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { hmac, type KeyRing } from '../crypto/key-ring.ts';
import { type Principal, principalFields } from '../principal.ts';

/**
 * What leads to one Durable Object: a 2025 session by its id, or the home that all stateless requests of one
 * grant share.
 */
export type SessionHandle =
  | { readonly kind: 'session'; readonly id: string; readonly kid: string }
  | { readonly kind: 'home'; readonly kid: string };

/** The address of a session's Durable Object and the proof that its caller may enter. */
export interface SessionKey {
  readonly bearer: Uint8Array;
  readonly objectName: string;
}

/**
 * Derives the internal bearer and the Durable Object's name from a validated principal and a handle.
 * Both are recomputed on every request and never stored or sent to a client. Whoever holds a session id
 * without the matching token derives another name and finds nothing.
 */
export function deriveSessionKey(keyRing: KeyRing, principal: Principal, handle: SessionHandle): SessionKey {
  const subject = handle.kind === 'session' ? handle.id : `home.${handle.kid}`;
  const fields = lengthPrefixed(...principalFields(principal), subject);
  const bearer = hmac(keyRing.derive(handle.kid, 'internal-bearer'), fields);
  const name = hmac(keyRing.derive(handle.kid, 'object-name'), lengthPrefixed(subject, toBase64url(bearer)));
  return { bearer, objectName: toBase64url(name) };
}

/**
 * The name of a user's account object. It must outlive key rotations, so it is an unkeyed digest: it hides
 * the subject from a casual look at storage and proves nothing.
 */
export function accountObjectName(tenant: string, subject: string): string {
  return toBase64url(sha256(lengthPrefixed('account', tenant, subject)));
}

/** The name of an organisation's object: an unkeyed digest, for the same reason. */
export function tenantObjectName(tenant: string): string {
  return toBase64url(sha256(lengthPrefixed('tenant', tenant)));
}
