import type { Connector } from '../../src/connectors/connector.ts';
import { FollowedServers } from '../../src/connectors/followed-servers.ts';
import { reportFault } from '../../src/errors.ts';
import type { InnerNotification, JsonObject } from '../../src/protocol/message.ts';
import { ACKNOWLEDGED, type ClientProfile, isSubscribed } from '../../src/protocol/modern.ts';
import { LIST_CHANGES } from './watched-lists.ts';

/** The members of a filter that ask for changes of lists: the gateway itself honours them, since operators change lists. */
const LIST_FLAGS = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'];

/** What one `subscriptions/listen` of a client is made of. */
export interface ListenParts {
  /** The servers that its caller may follow, as they are now. */
  readonly servers: () => Promise<readonly Connector[]>;
  readonly filter: JsonObject;
  readonly client: ClientProfile;
  readonly ackTimeoutMs: number;
  /** Aborts when the client has gone away. */
  readonly signal: AbortSignal;
  readonly notify: (notification: InnerNotification) => void;
}

/** A `subscriptions/listen` that is open (2026-07-28): one stream of several servers, which may come and go meanwhile. */
export class OpenListen {
  readonly #parts: ListenParts;
  readonly #followed: FollowedServers;
  /** What was acknowledged; null until then. */
  #honoured: JsonObject | null = null;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(parts: ListenParts) {
    const { filter, client, ackTimeoutMs } = parts;
    this.#parts = parts;
    this.#followed = new FollowedServers({
      filter,
      client: () => client,
      ackTimeoutMs,
      notify: notification => this.#tell(notification),
    });
  }

  /** Resolves when the client has gone away, or nothing is left that could be told. */
  async run(): Promise<void> {
    const { servers, signal } = this.#parts;
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) return;
    try {
      await Promise.race([
        gone,
        this.#followed.follow(await servers(), honoured => this.#acknowledge(honoured)),
      ]);
      await (this.#asksForLists ? gone : Promise.race([gone, this.#followed.ended()]));
    } finally {
      this.#followed.stop();
    }
  }

  /** Says that lists may have changed, as far as that was asked for, and follows the servers that there are now. */
  listsChanged(): void {
    for (const method of LIST_CHANGES) this.#tell({ method });
    this.#refreshing = this.#refreshing
      .then(() => this.#refresh())
      .catch(error => reportFault('listen_not_refreshed', error));
  }

  get #asksForLists(): boolean {
    return LIST_FLAGS.some(flag => this.#parts.filter[flag] === true);
  }

  async #refresh(): Promise<void> {
    const { servers, signal } = this.#parts;
    const now = await servers();
    if (!signal.aborted) await this.#followed.follow(now);
  }

  #acknowledge(honoured: JsonObject): void {
    const { filter, notify } = this.#parts;
    const own = LIST_FLAGS.filter(flag => filter[flag] === true).map(flag => [flag, true]);
    this.#honoured = { ...honoured, ...Object.fromEntries(own) };
    notify({ method: ACKNOWLEDGED, params: { notifications: this.#honoured } });
  }

  /** A server that was late may say more than was acknowledged, and must not. */
  #tell(notification: InnerNotification): void {
    if (this.#honoured && isSubscribed(this.#honoured, notification)) this.#parts.notify(notification);
  }
}
