import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../crypto/bytes.ts';
import type { KeyRing } from '../../crypto/key-ring.ts';
import type { Settings } from '../../env.ts';
import { type Proof, signInSource } from '../../grants/proof.ts';
import type { Person } from '../../identity/person.ts';
import { COOKIE_ATTRIBUTES, endedCookie, openCookie, readCookie, sealedCookie } from '../cookie.ts';
import { formToken, isFormTokenValid } from '../form-token.ts';

const SESSION_COOKIE = '__Host-gatehouse-sign-in';
const CSRF_COOKIE = '__Host-gatehouse-csrf';

/** Ends a sign-in at this browser. */
export const ENDED_SIGN_IN = endedCookie(SESSION_COOKIE);

/** A person who signed in at this browser. */
export interface SignedInPerson extends Person {
  /** When, by the clock of their account, Unix time in milliseconds. */
  readonly signedInAtMs: number;
  /** Random, and of this one sign-in. */
  readonly signInId: string;
}

/** The cookie that keeps a person signed in: an encrypted JWT, unreadable outside the gateway. */
export function signInCookie(
  { keyRing, SIGN_IN_TTL_SECONDS }: Settings,
  person: SignedInPerson,
): Promise<string> {
  return sealedCookie(keyRing, 'sign-in', SESSION_COOKIE, person, SIGN_IN_TTL_SECONDS);
}

/**
 * Whom the cookie of this browser names, or null. Anything wrong with it means nobody. Whether the sign-in still counts is
 * for `currentPerson` to say.
 */
export async function signedIn({ keyRing }: Settings, request: Request): Promise<SignedInPerson | null> {
  const claims = await openCookie(keyRing, 'sign-in', SESSION_COOKIE, request);
  const isWhole = typeof claims?.signedInAtMs === 'number' && typeof claims.signInId === 'string';
  return isWhole ? (claims as unknown as SignedInPerson) : null;
}

/** A person's sign-in, as a proof of who they are. */
export function signInProof({ signedInAtMs, signInId }: SignedInPerson): Proof {
  return { provedAtMs: signedInAtMs, clock: 'ours', source: signInSource(signInId) };
}

/** A token for a form, and the cookie that binds it to this browser. */
export interface CsrfToken {
  readonly token: string;
  readonly cookie: string;
}

/**
 * Makes the token of a form (OWASP, signed double-submit cookie). A browser that has the cookie keeps it, so that
 * forms in several tabs are good together.
 */
export function csrfToken(keyRing: KeyRing, request: Request): CsrfToken {
  const browser = readCookie(request, CSRF_COOKIE) ?? toBase64url(randomBytes(16));
  return {
    token: formToken(keyRing, keyRing.current, 'csrf', browser),
    cookie: `${CSRF_COOKIE}=${browser}; ${COOKIE_ATTRIBUTES}`,
  };
}

/** Whether a posted token belongs to a form that this browser was shown. */
export function isCsrfTokenValid(keyRing: KeyRing, request: Request, token: string): boolean {
  const browser = readCookie(request, CSRF_COOKIE);
  return browser !== null && isFormTokenValid(keyRing, token, 'csrf', browser);
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
