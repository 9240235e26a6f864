import type { KeyRing } from '../../crypto/key-ring.ts';
import { GatehouseError } from '../../errors.ts';
import type { SignInChecks } from '../../identity/provider-sign-in.ts';
import { endedCookie, openCookie, sealedCookie } from '../cookie.ts';

/** A sign-in that is under way at a provider. Kept by the browser that began it, and by nobody else. */
export interface Transaction extends SignInChecks {
  /** The authorization request to go on with, a path of our own. */
  readonly returnTo: string;
}

const TTL_SECONDS = 600;

/** Browsers drop longer cookies without a word (RFC 6265 section 6.1). */
const MAX_COOKIE_BYTES = 4096;

/**
 * The cookie that holds a transaction, sealed. It is named after its state, so that sign-ins in several tabs
 * do not disturb each other, and a state of elsewhere finds nothing.
 * @throws GatehouseError `sign_in_refused` where it would be too long to be kept.
 */
export async function transactionCookie(keyRing: KeyRing, transaction: Transaction): Promise<string> {
  const name = nameOf(transaction.state);
  const cookie = await sealedCookie(keyRing, 'sign-in-transaction', name, transaction, TTL_SECONDS);
  if (cookie.length <= MAX_COOKIE_BYTES) return cookie;
  throw new GatehouseError(
    'sign_in_refused',
    'The request of your app is too long to be kept while you sign in. Shorter "state" and "scope" would be right.',
  );
}

/** The transaction of a callback's state, if this browser began it; else null. */
export async function transactionOf(
  keyRing: KeyRing,
  request: Request,
  state: string,
): Promise<Transaction | null> {
  if (!/^[A-Za-z0-9_-]+$/.test(state)) return null;
  const claims = await openCookie(keyRing, 'sign-in-transaction', nameOf(state), request);
  return claims?.state === state ? (claims as unknown as Transaction) : null;
}

/** Ends a transaction: each is good for one callback. */
export function endedTransaction({ state }: Transaction): string {
  return endedCookie(nameOf(state));
}

function nameOf(state: string): string {
  return `__Host-gatehouse-sign-in-${state}`;
}
