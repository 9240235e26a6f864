import { reportFault } from '../../src/errors.ts';
import type { RecordStore } from '../../src/vault/record-store.ts';
import { wakeBy } from '../storage/wake.ts';
import { RecordCopies, type StoredRecord } from './credential-copies.ts';
import { choreOf, nextChoreAtMs, RETRY_MS, type RecordChore } from './record-chore.ts';

/**
 * Brings KV in line with what an account says: one at a time, so that no record is written after it was deleted. What fails
 * or is not due yet is done by alarm.
 */
export class RecordPublisher {
  readonly #storage: DurableObjectStorage;
  readonly #copies: RecordCopies;
  readonly #store: RecordStore;
  #last: Promise<void> = Promise.resolve();

  constructor(storage: DurableObjectStorage, store: RecordStore) {
    this.#storage = storage;
    this.#copies = new RecordCopies(storage.sql);
    this.#store = store;
  }

  /** To be called with a change, so that KV hears of it whatever happens before {@link run}. */
  expect(): Promise<void> {
    return wakeBy(this.#storage, Date.now() + RETRY_MS);
  }

  /** Does all that is due. It never fails; what could not be done is reported. */
  run(): Promise<void> {
    this.#last = this.#last.then(() => this.#all());
    return this.#last;
  }

  async #all(): Promise<void> {
    // What counts is written before what counted is deleted.
    const records = this.#copies.list().toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
    for (const record of records) await this.#one(record);
    const nextAtMs = nextChoreAtMs(this.#copies.list(), Date.now());
    if (nextAtMs !== null) await wakeBy(this.#storage, nextAtMs);
  }

  async #one(record: StoredRecord): Promise<void> {
    const chore = choreOf(record, Date.now());
    try {
      await this.#chores[chore](record);
    } catch (error) {
      reportFault('credential_record_not_stored', error, { connection: record.connection, chore });
    }
  }

  readonly #chores: Record<RecordChore, (record: StoredRecord) => Promise<void>> = {
    put: async record => {
      await this.#store.put(record.key, record.copy ?? '');
      this.#copies.published(record, Date.now());
    },
    verify: async record => {
      const hasArrived = (await this.#store.get(record.key)) === record.copy;
      if (hasArrived) this.#copies.settled(record);
      else this.#copies.published(record, null);
    },
    delete: async record => {
      await this.#store.delete(record.key);
      this.#copies.delete(record);
    },
    none: async () => {},
  };
}
