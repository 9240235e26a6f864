import { EncryptJWT, type JWTPayload, jwtDecrypt } from 'jose';
import type { KeyPurpose, KeyRing } from '../crypto/key-ring.ts';

/** What each of our cookies has: this host only, HTTPS only, no script, no foreign form. */
export const COOKIE_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** The purposes of encrypted cookies; each is the audience of its tokens too. */
type CookiePurpose = Extract<
  KeyPurpose,
  'sign-in' | 'sign-in-transaction' | 'installations' | 'connect-transaction'
>;

/** The value of a cookie in a request; null where there is none, or one that we never set. */
export function readCookie(request: Request, name: string): string | null {
  const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/);
  const found = cookies.find(cookie => cookie.startsWith(`${name}=`));
  const value = found?.slice(name.length + 1);
  return value && /^[A-Za-z0-9._-]+$/.test(value) ? value : null;
}

/** A `Set-Cookie` that ends a cookie. */
export function endedCookie(name: string): string {
  return `${name}=; Max-Age=0; ${COOKIE_ATTRIBUTES}`;
}

/** A `Set-Cookie` with an encrypted JWT (RFC 7519, JWE `dir` with `A256GCM`), unreadable outside the gateway. */
export async function sealedCookie(
  keyRing: KeyRing,
  purpose: CookiePurpose,
  name: string,
  claims: object,
  ttlSeconds: number,
): Promise<string> {
  const token = await new EncryptJWT({ ...claims })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyRing.current })
    .setAudience(audienceOf(purpose))
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds}s`)
    .encrypt(keyRing.derive(keyRing.current, purpose));
  return `${name}=${token}; Max-Age=${ttlSeconds}; ${COOKIE_ATTRIBUTES}`;
}

/** What {@link sealedCookie} put into a cookie of this request. Anything wrong with it means null. */
export async function openCookie(
  keyRing: KeyRing,
  purpose: CookiePurpose,
  name: string,
  request: Request,
): Promise<JWTPayload | null> {
  const token = readCookie(request, name);
  if (token === null) return null;
  try {
    const key = (header: { kid?: string }) => keyRing.derive(header.kid ?? '', purpose);
    const { payload } = await jwtDecrypt(token, key, {
      audience: audienceOf(purpose),
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return payload;
  } catch {
    return null;
  }
}

function audienceOf(purpose: CookiePurpose): string {
  return `gatehouse:${purpose}`;
}
