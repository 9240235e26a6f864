import type { Definitions } from '../catalog/definitions.ts';
import { reportFault } from '../errors.ts';
import type { InnerNotification } from '../protocol/message.ts';
import type { CallHooks, Connector } from './connector.ts';

/** Notifications by which a server says that its definitions are others now. */
const CHANGES: readonly string[] = [
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
];

/** A server whose definitions are read anew once it says that they are others, wherever it says so. */
export function watchedConnector(connector: Connector, live: LiveDefinitions): Connector {
  const watching = <Hooks extends CallHooks>(hooks: Hooks): Hooks => ({
    ...hooks,
    notify(notification) {
      live.hear(notification);
      hooks.notify(notification);
    },
  });
  return {
    server: connector.server,
    version: connector.version,
    call: (request, hooks) => connector.call(request, watching(hooks)),
    listen: (filter, client, hooks) => connector.listen(filter, client, watching(hooks)),
  };
}

/**
 * What one caller's remote server said that it offers, in the memory of what serves the caller: it may be another for each. When it
 * is no longer fresh it is used once more while it is read anew, so that a slow server does not slow its lists; when it is much
 * older than that, or reading it has failed, it is not used any more.
 */
export class LiveDefinitions {
  #known: { readonly definitions: Definitions; readonly atMs: number } | undefined;
  #reading: Promise<Definitions> | undefined;

  /**
   * @param read asks the server. It is asked by one at a time.
   * @throws as `read` does.
   */
  get(ttlMs: number, read: () => Promise<Definitions>): Promise<Definitions> {
    const known = this.#known;
    const ageMs = known ? Date.now() - known.atMs : Number.POSITIVE_INFINITY;
    if (known && ageMs < ttlMs) return Promise.resolve(known.definitions);
    const reading = this.#read(read);
    if (!known || ageMs >= 2 * ttlMs) return reading;
    reading.catch(error => reportFault('definitions_not_refreshed', error));
    return Promise.resolve(known.definitions);
  }

  /** Takes a notification of the server, which may be that they are others now. */
  hear({ method }: InnerNotification): void {
    if (CHANGES.includes(method)) this.forget();
  }

  /** It is to be read anew: the server has said so. What is being read may be of before. */
  forget(): void {
    this.#known = undefined;
    this.#reading = undefined;
  }

  #read(read: () => Promise<Definitions>): Promise<Definitions> {
    if (this.#reading) return this.#reading;
    const reading = read();
    this.#reading = reading;
    const settle = (definitions?: Definitions) => {
      if (this.#reading !== reading) return;
      this.#reading = undefined;
      this.#known = definitions && { definitions, atMs: Date.now() };
    };
    reading.then(settle, () => settle());
    return reading;
  }
}
