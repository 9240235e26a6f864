import type { OpenListen } from './open-listen.ts';
import type { WatchedLists } from './watched-lists.ts';

/** The `subscriptions/listen` that one home has open. */
export class OpenListens {
  readonly #open = new Set<OpenListen>();

  /** Runs one of them to its end. @throws where the tenant could not be asked to tell of changes. */
  async run(listen: OpenListen, lists: WatchedLists): Promise<void> {
    this.#open.add(listen);
    try {
      await lists.begin();
      await listen.run();
    } finally {
      this.#open.delete(listen);
      if (this.#open.size === 0) lists.end();
    }
  }

  /** Tells all of them that lists may have changed. @returns whether there is any. */
  listsChanged(): boolean {
    for (const listen of this.#open) listen.listsChanged();
    return this.#open.size > 0;
  }
}
