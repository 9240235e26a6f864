import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { lengthPrefixed, toBase64url, utf8 } from '../crypto/bytes.ts';
import { constantTimeEqual } from '../crypto/digest.ts';
import { hmac, type KeyRing } from '../crypto/key-ring.ts';
import type { Settings } from '../env.ts';
import type { Role } from '../principal.ts';

/** A person at a browser, as their identity provider vouched for them. */
export interface Person {
  readonly tenant: string;
  readonly subject: string;
  readonly roles: readonly Role[];
}

const SESSION_COOKIE = '__Host-gatehouse-sign-in';
const CSRF_COOKIE = '__Host-gatehouse-csrf';
const COOKIE_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
const AUDIENCE = 'gatehouse:sign-in';

/** The cookie that keeps a person signed in: an encrypted JWT, unreadable outside the gateway. */
export async function signInCookie(
  { keyRing, SIGN_IN_TTL_SECONDS }: Settings,
  person: Person,
): Promise<string> {
  const token = await new EncryptJWT({ ...person })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyRing.current })
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${SIGN_IN_TTL_SECONDS}s`)
    .encrypt(keyRing.derive(keyRing.current, 'sign-in'));
  return `${SESSION_COOKIE}=${token}; Max-Age=${SIGN_IN_TTL_SECONDS}; ${COOKIE_ATTRIBUTES}`;
}

/** Who is signed in at this browser, or null. Anything wrong with the cookie means nobody. */
export async function signedIn({ keyRing }: Settings, request: Request): Promise<Person | null> {
  const token = readCookie(request, SESSION_COOKIE);
  if (token === null) return null;
  try {
    const key = (header: { kid?: string }) => keyRing.derive(header.kid ?? '', 'sign-in');
    const { payload } = await jwtDecrypt(token, key, {
      audience: AUDIENCE,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return payload as unknown as Person;
  } catch {
    return null;
  }
}

/** A token for a form, and the cookie that binds it to this browser. */
export interface CsrfToken {
  readonly token: string;
  readonly cookie: string;
}

/** Makes the token of a form (OWASP, signed double-submit cookie). */
export function csrfToken(keyRing: KeyRing): CsrfToken {
  const browser = toBase64url(randomBytes(16));
  return {
    token: csrfMac(keyRing, keyRing.current, browser),
    cookie: `${CSRF_COOKIE}=${keyRing.current}.${browser}; ${COOKIE_ATTRIBUTES}`,
  };
}

/** Whether a posted token belongs to a form that this browser was shown. */
export function isCsrfTokenValid(keyRing: KeyRing, request: Request, token: string): boolean {
  const [kid = '', browser = ''] = (readCookie(request, CSRF_COOKIE) ?? '').split('.');
  if (!keyRing.kids.has(kid)) return false;
  return constantTimeEqual(utf8(csrfMac(keyRing, kid, browser)), utf8(token));
}

/**
 * Whether a form was posted from our own page. Browsers name the origin of every POST; what names none is no
 * browser, and has no cookies to be tricked with.
 */
export function isSameOrigin(origin: string, request: Request): boolean {
  const sender = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  return (sender === null || sender === origin) && (site === null || site === 'same-origin');
}

function csrfMac(keyRing: KeyRing, kid: string, browser: string): string {
  return toBase64url(hmac(keyRing.derive(kid, 'form-token'), lengthPrefixed(browser)));
}

function readCookie(request: Request, name: string): string | null {
  const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/);
  const found = cookies.find(cookie => cookie.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}
