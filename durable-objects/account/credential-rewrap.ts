import type { RewrapCount } from '../../src/vault/credential-ledger.ts';
import type { StoredRecord } from './credential-copies.ts';
import type { LedgerEntry } from './credential-ledger.ts';
import type { CredentialShelf } from './credential-shelf.ts';

/**
 * Seals anew, as a next version, every record of one owner that is not under the current key, and deletes the old ones
 * from KV. Each is done by itself, so what is cut short goes on with the next call; whoever reads meanwhile gets the old
 * record or the new one. A record that fails a check stays, counted and reported.
 */
export async function rewrap(shelf: CredentialShelf, currentKid: string): Promise<RewrapCount> {
  const isUnderOther = ({ kid }: StoredRecord) => kid !== currentKid;
  let rewrapped = 0;
  for (const { connection, isCurrent } of shelf.copies.list().filter(isUnderOther)) {
    const entry = shelf.entries.read(connection);
    if (isCurrent && entry && (await rewrapOne(shelf, entry))) rewrapped += 1;
  }
  await shelf.publisher.run();
  return { rewrapped, remaining: shelf.copies.list().filter(isUnderOther).length };
}

async function rewrapOne(shelf: CredentialShelf, entry: LedgerEntry): Promise<boolean> {
  const credential = await shelf.open(entry);
  if (credential === null) return false;
  return shelf.store({ ...entry, credential }, current => current?.version === entry.version);
}
