import { reportFault } from '../../src/errors.ts';
import type { UserName } from '../../src/grants/user-id.ts';
import { recordKey } from '../../src/vault/credential-record.ts';
import type { RecordStore } from '../../src/vault/record-store.ts';
import type { RecordCopies, StoredRecord } from './credential-copies.ts';

/**
 * How long after a write a record is still handed out from here. KV serves an old "nothing" for a minute at most; this is
 * ten times that.
 */
export const SETTLE_MS = 600_000;

/** What is to be done about a record: write it, see whether it has arrived, delete it, or nothing. */
export type RecordChore = 'put' | 'verify' | 'delete' | 'none';

/** Decides what is to be done about a record. */
export function choreOf({ isCurrent, copy, publishedAtMs }: StoredRecord, nowMs: number): RecordChore {
  if (!isCurrent) return 'delete';
  if (copy === null) return 'none';
  if (publishedAtMs === null) return 'put';
  return publishedAtMs + SETTLE_MS <= nowMs ? 'verify' : 'none';
}

/**
 * Brings KV in line with what an account says: one at a time, so that no record is written after it was deleted. What fails
 * stays to be done, and is tried again when the account is asked next.
 */
export class RecordPublisher {
  readonly #owner: UserName;
  readonly #copies: RecordCopies;
  readonly #store: RecordStore;
  #last: Promise<void> = Promise.resolve();

  constructor(owner: UserName, copies: RecordCopies, store: RecordStore) {
    this.#owner = owner;
    this.#copies = copies;
    this.#store = store;
  }

  /** Whether there is anything to do. */
  isBehind(nowMs: number): boolean {
    return this.#copies.list().some(record => choreOf(record, nowMs) !== 'none');
  }

  /** Does all there is to do. It never fails; what could not be done is reported. */
  run(): Promise<void> {
    this.#last = this.#last.then(() => this.#all());
    return this.#last;
  }

  async #all(): Promise<void> {
    // What counts is written before what counted is deleted.
    const records = this.#copies.list().toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
    for (const record of records) await this.#one(record);
  }

  async #one(record: StoredRecord): Promise<void> {
    const chore = choreOf(record, Date.now());
    try {
      await this.#chores[chore](record, recordKey(this.#owner, record.connection, record.version));
    } catch (error) {
      reportFault('credential_record_not_stored', error, { connection: record.connection, chore });
    }
  }

  readonly #chores: Record<RecordChore, (record: StoredRecord, key: string) => Promise<void>> = {
    put: async (record, key) => {
      await this.#store.put(key, record.copy ?? '');
      this.#copies.published(record, Date.now());
    },
    verify: async (record, key) => {
      const hasArrived = (await this.#store.get(key)) === record.copy;
      if (hasArrived) this.#copies.settled(record);
      else this.#copies.published(record, null);
    },
    delete: async (record, key) => {
      await this.#store.delete(key);
      this.#copies.delete(record);
    },
    none: async () => {},
  };
}
