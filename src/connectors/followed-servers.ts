import type { InnerNotification, JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector, ListenHooks } from './connector.ts';
import { listenAll } from './listen-all.ts';

/** What is asked of each server, and who hears of it. */
export interface Following {
  readonly filter: JsonObject;
  readonly client: () => ClientProfile;
  readonly ackTimeoutMs: number;
  readonly notify: (notification: InnerNotification) => void;
}

/** One subscription at several servers that come and go. */
export class FollowedServers {
  readonly #following: Following;
  readonly #held = new Map<string, AbortController>();
  readonly #running = new Set<Promise<void>>();

  constructor(following: Following) {
    this.#following = following;
  }

  /**
   * Follows these servers from now on, and no others: what is followed already goes on, and what is not among them is let go at once.
   * Resolves once those that are new have acknowledged it, or have ended.
   * @param acknowledged is told what those that are new honour, before anything of them is told.
   */
  async follow(
    connectors: readonly Connector[],
    acknowledged: ListenHooks['acknowledged'] = () => {},
  ): Promise<void> {
    const wanted = new Map(connectors.map(connector => [keyOf(connector), connector]));
    for (const [key, held] of this.#held) if (!wanted.has(key)) this.#letGo(key, held);
    const added = [...wanted.values()].filter(connector => !this.#held.has(keyOf(connector)));
    for (const connector of added) this.#held.set(keyOf(connector), new AbortController());
    await this.#listen(added, acknowledged);
  }

  /** Lets all of them go. */
  stop(): void {
    for (const [key, held] of this.#held) this.#letGo(key, held);
  }

  /** Resolves once none of the subscriptions runs any more. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #listen(added: readonly Connector[], acknowledged: ListenHooks['acknowledged']): Promise<void> {
    const { filter, client, ackTimeoutMs, notify } = this.#following;
    const { promise, resolve } = Promise.withResolvers<void>();
    const signals = new Map(added.map(connector => [connector, this.#held.get(keyOf(connector))?.signal]));
    const running = listenAll(added, filter, client(), ackTimeoutMs, {
      signalOf: connector => signals.get(connector) ?? AbortSignal.abort(),
      acknowledged: honoured => {
        acknowledged(honoured);
        resolve();
      },
      notify,
    }).finally(() => {
      this.#running.delete(running);
      resolve();
    });
    this.#running.add(running);
    return promise;
  }

  #letGo(key: string, held: AbortController): void {
    held.abort();
    this.#held.delete(key);
  }
}

/** Another version of a server is another one. */
function keyOf({ server, version }: Connector): string {
  return `${server} ${version}`;
}
