import { authorizationBinding } from '../../src/vault/authorization-binding.ts';
import type { Connection } from '../../src/vault/connection.ts';
import type { Credential, OAuthCredential } from '../../src/vault/credential.ts';
import type { LedgerEntry } from './credential-ledger.ts';

/** How long a credential is waited for that is to be deleted here in any case. */
const OPEN_MS = 2000;

/**
 * The credential of an entry, to be revoked at the authorization server that gave it; null where there is none, or it cannot be had: what
 * asks for it deletes it, and does not wait for long.
 * @param opening the credential of the entry, which is being read.
 */
export async function revocableCredential(
  { oauth }: Connection,
  entry: LedgerEntry,
  opening: Promise<Credential | null>,
): Promise<OAuthCredential | null> {
  if (oauth === null || entry.isDead || entry.binding !== authorizationBinding(oauth)) return null;
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, OPEN_MS, null);
  try {
    const credential = await Promise.race([opening.catch(() => null), late]);
    return credential?.kind === 'oauth2' ? credential : null;
  } finally {
    clearTimeout(timer);
  }
}
