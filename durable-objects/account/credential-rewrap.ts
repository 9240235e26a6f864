import type { RewrapCount } from '../../src/vault/credential-ledger.ts';
import type { StoredRecord } from './credential-copies.ts';
import type { LedgerEntry } from './credential-ledger.ts';
import type { CredentialShelf } from './credential-shelf.ts';
import type { RecordPublisher } from './record-publisher.ts';

/**
 * Seals anew, as a next version, every record of one owner that is not under the current key, and deletes the old ones
 * from KV. Each is done by itself, so what is cut short goes on with the next call; whoever reads meanwhile gets the old
 * record or the new one. A record that fails a check stays, counted and reported.
 */
export async function rewrap(
  shelf: CredentialShelf,
  publisher: RecordPublisher,
  currentKid: string,
): Promise<RewrapCount> {
  const isUnderOther = ({ kid }: StoredRecord) => kid !== currentKid;
  let rewrapped = 0;
  for (const { connection, isCurrent } of shelf.copies.list().filter(isUnderOther)) {
    const entry = shelf.entries.read(connection);
    if (isCurrent && entry && (await rewrapOne(shelf, entry))) rewrapped += 1;
  }
  await publisher.run();
  return { rewrapped, remaining: shelf.copies.list().filter(isUnderOther).length };
}

/** Nothing that happened to the entry meanwhile may be undone; then it is left to the next call. */
async function rewrapOne(shelf: CredentialShelf, entry: LedgerEntry): Promise<boolean> {
  const credential = await shelf.open(entry);
  if (credential === null) return false;
  const isUntouched = (current: LedgerEntry | null) => JSON.stringify(current) === JSON.stringify(entry);
  return (await shelf.store({ ...shelvedOf(entry), credential, announces: null }, isUntouched)) !== null;
}

function shelvedOf(entry: LedgerEntry) {
  const { connection, origins, binding, connectedAtMs, refreshedAtMs, refreshBeganAtMs, contentVersion } =
    entry;
  return { connection, origins, binding, connectedAtMs, refreshedAtMs, refreshBeganAtMs, contentVersion };
}
