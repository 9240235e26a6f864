import type { KeyRing } from '../../src/crypto/key-ring.ts';
import type { UserName } from '../../src/grants/user-id.ts';
import type { Credential } from '../../src/vault/credential.ts';
import type { DeathCause, DropCause, OnCredentialEvent } from '../../src/vault/credential-events.ts';
import { openRecord, recordKey, sealRecord } from '../../src/vault/credential-record.ts';
import type { RecordStore } from '../../src/vault/record-store.ts';
import { RecordCopies } from './credential-copies.ts';
import { CredentialEntries, type LedgerEntry } from './credential-ledger.ts';
import type { RecordPublisher } from './record-publisher.ts';

/** What a shelf is made of. */
export interface ShelfParts {
  readonly storage: DurableObjectStorage;
  readonly owner: UserName;
  readonly keyRing: KeyRing;
  readonly records: RecordStore;
  readonly publisher: RecordPublisher;
  readonly onEvent: OnCredentialEvent;
}

/** A credential that is to be stored, and what is known of it beside. */
export interface Shelved
  extends Pick<
    LedgerEntry,
    'connection' | 'origins' | 'binding' | 'connectedAtMs' | 'refreshedAtMs' | 'refreshBeganAtMs'
  > {
  readonly credential: Credential;
  /** Null where it begins to be this credential with the version that it gets. */
  readonly contentVersion: number | null;
  /** Says so before it counts; null where nothing is to be said then. */
  readonly announces: 'kept' | null;
}

/** Whether the entry of now may be replaced; it may have changed while the record was sealed. */
export type MayReplace = (current: LedgerEntry | null) => boolean;

/** The credentials of one owner as they are stored: entries, records and copies, changed together. */
export class CredentialShelf {
  readonly entries: CredentialEntries;
  readonly copies: RecordCopies;
  readonly #parts: ShelfParts;

  constructor(parts: ShelfParts) {
    this.#parts = parts;
    this.entries = new CredentialEntries(parts.storage.sql);
    this.copies = new RecordCopies(parts.storage.sql);
  }

  /** Opens the record that counts; null, and on record, where it fails a check. */
  async open({ connection, origins, version }: LedgerEntry): Promise<Credential | null> {
    const { owner, keyRing, records, onEvent } = this.#parts;
    const copy = this.copies.copyOf(connection, version);
    const text = copy ?? (await records.get(recordKey(owner, connection, version)));
    const opened = await openRecord(keyRing, { owner, connection, origins, version }, text);
    if (opened.kind === 'opened') return opened.credential;
    await onEvent({ ...opened, owner, connection, version });
    return null;
  }

  /**
   * Seals a credential and lets its record count from now on. It is durable here once this resolves; KV gets it by the
   * publisher.
   * @returns the version that it has; null where nothing may be replaced.
   */
  async store(shelved: Shelved, mayReplace: MayReplace): Promise<number | null> {
    const { owner, keyRing, onEvent } = this.#parts;
    const { connection, origins, credential, announces } = shelved;
    for (;;) {
      const version = this.entries.nextVersion(connection);
      const record = await sealRecord(keyRing, { owner, connection, origins, version }, credential);
      if (announces) await onEvent({ kind: announces, owner, connection, version });
      const current = this.entries.read(connection);
      if (!mayReplace(current)) return null;
      // Sealed anew meanwhile under a later version: versions never go back.
      if (current && current.version > version) continue;
      this.entries.write(entryOf(shelved, version));
      this.copies.add({ connection, version, key: recordKey(owner, connection, version) }, record);
      await this.#stored();
      return version;
    }
  }

  /** Changes what is known beside a credential. It is durable once this resolves. */
  async note(entry: LedgerEntry): Promise<void> {
    this.entries.write(entry);
    await this.#parts.storage.sync();
  }

  /** Marks a credential as no longer good. Its record is of no use any more, and goes. */
  async bury(entry: LedgerEntry, cause: DeathCause): Promise<void> {
    const { owner, onEvent } = this.#parts;
    const { connection, version } = entry;
    this.entries.write({ ...entry, isDead: true, refreshBeganAtMs: null });
    this.copies.retire(connection);
    await this.#stored();
    await onEvent({ kind: 'died', cause, owner, connection, version });
  }

  /** Takes credentials away, all in this turn. */
  async drop(entries: readonly LedgerEntry[], cause: DropCause): Promise<void> {
    const { owner, onEvent } = this.#parts;
    for (const entry of entries) {
      this.entries.delete(entry);
      this.copies.retire(entry.connection);
    }
    if (entries.length > 0) await this.#stored();
    const events = entries.map(({ connection, version }) =>
      onEvent({ kind: 'dropped', cause, owner, connection, version }),
    );
    await Promise.all(events);
  }

  async #stored(): Promise<void> {
    await this.#parts.publisher.expect();
    await this.#parts.storage.sync();
  }
}

function entryOf(
  { credential, contentVersion, announces: _, ...about }: Shelved,
  version: number,
): LedgerEntry {
  const isOAuth = credential.kind === 'oauth2';
  return {
    ...about,
    version,
    contentVersion: contentVersion ?? version,
    isDead: false,
    hasRefreshToken: isOAuth && credential.refreshToken !== null,
    expiresAtMs: isOAuth ? credential.expiresAtMs : null,
  };
}
