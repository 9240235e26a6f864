import { authorizationBinding } from '../../src/vault/authorization-binding.ts';
import type { Connection } from '../../src/vault/connection.ts';
import type { OAuthCredential } from '../../src/vault/credential.ts';
import type { LedgerEntry } from './credential-ledger.ts';
import type { CredentialShelf } from './credential-shelf.ts';

/** How long a credential is waited for that is to be deleted here in any case. */
const OPEN_MS = 2000;

/**
 * The credential of an entry, to be revoked at the authorization server that gave it; null where there is none, or it cannot be had: what
 * asks for it is about to delete it, and does not wait for long.
 */
export async function revocableCredential(
  shelf: CredentialShelf,
  { oauth }: Connection,
  entry: LedgerEntry,
): Promise<OAuthCredential | null> {
  if (oauth === null || entry.isDead || entry.binding !== authorizationBinding(oauth)) return null;
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, OPEN_MS, null);
  try {
    const credential = await Promise.race([shelf.open(entry).catch(() => null), late]);
    return credential?.kind === 'oauth2' ? credential : null;
  } finally {
    clearTimeout(timer);
  }
}
