import type { KeyRing } from '../../src/crypto/key-ring.ts';
import type { UserName } from '../../src/grants/user-id.ts';
import type { Credential } from '../../src/vault/credential.ts';
import { openRecord, recordKey, sealRecord } from '../../src/vault/credential-record.ts';
import type { RecordStore } from '../../src/vault/record-store.ts';
import { RecordCopies } from './credential-copies.ts';
import { CredentialEntries, type LedgerEntry } from './credential-ledger.ts';
import { RecordPublisher } from './record-publisher.ts';

/** What a shelf is made of. */
export interface ShelfParts {
  readonly storage: DurableObjectStorage;
  readonly owner: UserName;
  readonly keyRing: KeyRing;
  readonly records: RecordStore;
}

/** A credential that is to be stored, and what is known of it beside. */
export interface Shelved
  extends Pick<LedgerEntry, 'connection' | 'origins' | 'connectedAtMs' | 'refreshedAtMs'> {
  readonly credential: Credential;
  /** Null where it begins to be this credential with the version that it gets. */
  readonly contentVersion: number | null;
}

/** The credentials of one owner as they are stored: entries, records and copies, changed together. */
export class CredentialShelf {
  readonly entries: CredentialEntries;
  readonly copies: RecordCopies;
  readonly publisher: RecordPublisher;
  readonly #parts: ShelfParts;

  constructor(parts: ShelfParts) {
    const { storage, owner, records } = parts;
    this.#parts = parts;
    this.entries = new CredentialEntries(storage.sql);
    this.copies = new RecordCopies(storage.sql);
    this.publisher = new RecordPublisher(owner, this.copies, records);
  }

  /** Opens the record that counts; null, and reported, where it fails a check. */
  async open({ connection, origins, version }: LedgerEntry): Promise<Credential | null> {
    const { owner, keyRing, records } = this.#parts;
    const copy = this.copies.copyOf(connection, version);
    const text = copy ?? (await records.get(recordKey(owner, connection, version)));
    return openRecord(keyRing, { owner, connection, origins, version }, text);
  }

  /**
   * Seals a credential and lets its record count from now on. It is durable here once this resolves; KV gets it by the
   * publisher.
   * @param mayReplace whether the entry of that time may be replaced; it may have changed while the record was sealed.
   * @returns false where it may not.
   */
  async store(shelved: Shelved, mayReplace: (current: LedgerEntry | null) => boolean): Promise<boolean> {
    const { owner, keyRing, storage } = this.#parts;
    const { connection, origins, credential } = shelved;
    for (;;) {
      const version = this.entries.nextVersion(connection);
      const record = await sealRecord(keyRing, { owner, connection, origins, version }, credential);
      const current = this.entries.read(connection);
      if (!mayReplace(current)) return false;
      // Sealed anew meanwhile under a later version: versions never go back.
      if (current && current.version > version) continue;
      this.entries.write(entryOf(shelved, version));
      this.copies.add(connection, version, record);
      await storage.sync();
      return true;
    }
  }

  /** Marks a credential as no longer good. Its record is of no use any more, and goes. */
  async bury(entry: LedgerEntry): Promise<void> {
    this.entries.write({ ...entry, isDead: true });
    this.copies.retire(entry.connection);
    await this.#parts.storage.sync();
  }

  /** @returns false where there was none. */
  async drop(connection: string): Promise<boolean> {
    const wasThere = this.entries.delete(connection);
    this.copies.retire(connection);
    await this.#parts.storage.sync();
    return wasThere;
  }
}

function entryOf({ credential, contentVersion, ...about }: Shelved, version: number): LedgerEntry {
  const isOAuth = credential.kind === 'oauth2';
  return {
    connection: about.connection,
    version,
    contentVersion: contentVersion ?? version,
    isDead: false,
    origins: about.origins,
    hasRefreshToken: isOAuth && credential.refreshToken !== null,
    expiresAtMs: isOAuth ? credential.expiresAtMs : null,
    connectedAtMs: about.connectedAtMs,
    refreshedAtMs: about.refreshedAtMs,
  };
}
