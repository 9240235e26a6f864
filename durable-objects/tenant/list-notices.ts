import type { ListReader, ListWatch } from '../../src/catalog/list-changes.ts';
import { reportFault } from '../../src/errors.ts';
import { wakeBy } from '../storage/wake.ts';
import { OpenStreams } from './open-streams.ts';

/** When to go on with telling what was cut short, in milliseconds. */
const RESUME_AFTER_MS = 1000;

/** Tells an organisation's open streams of changes of its policy and its catalog. */
export class ListNotices {
  readonly #storage: DurableObjectStorage;
  readonly #streams: OpenStreams;
  #telling: Promise<void> | undefined;

  constructor(storage: DurableObjectStorage, readerOf: (object: string) => ListReader) {
    this.#storage = storage;
    this.#streams = new OpenStreams(storage.sql, readerOf);
  }

  async watch(object: string): Promise<ListWatch> {
    const watch = this.#streams.watch(object);
    await this.#storage.sync();
    return watch;
  }

  unwatch(object: string, ticket: number): void {
    this.#streams.unwatch(object, ticket);
  }

  /** Resolves once the change is noted for good; whoever waits for streams to be told need not wait here. */
  async changed(): Promise<void> {
    this.#streams.changed(Date.now());
    await wakeBy(this.#storage, Date.now() + RESUME_AFTER_MS);
    await this.#storage.sync();
    void this.resume().catch(error => reportFault('streams_not_told', error));
  }

  /** Tells whoever was not told yet. Whatever cuts it short, an alarm goes on with it. */
  resume(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
    });
    return this.#telling;
  }

  async #tellAll(): Promise<void> {
    let toldMs: number;
    do {
      toldMs = this.#streams.changedAtMs;
      await this.#streams.tell();
    } while (this.#streams.changedAtMs !== toldMs);
    if (this.#streams.isBehind) await wakeBy(this.#storage, Date.now() + RESUME_AFTER_MS);
  }
}
