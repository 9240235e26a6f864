import type { Connector } from '../../src/connectors/connector.ts';
import { FollowedServers } from '../../src/connectors/followed-servers.ts';
import { listenAll } from '../../src/connectors/listen-all.ts';
import type { InnerNotification, JsonObject } from '../../src/protocol/message.ts';
import type { SessionContext } from './session-context.ts';

const LIST_CHANGES = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

/**
 * What a 2025-era session's own stream tells of: changes of lists, and updates of the resources its client
 * subscribed to. Inside, each is a `subscriptions/listen` at the servers concerned.
 */
export class ChangeFeed {
  readonly #context: SessionContext;
  readonly #notify: (notification: InnerNotification) => void;
  #lists: FollowedServers | undefined;
  /** The servers that may be followed. */
  #present: ReadonlySet<string> = new Set();
  #refreshing: Promise<void> = Promise.resolve();
  #resources: AbortController | undefined;

  constructor(context: SessionContext, notify: (notification: InnerNotification) => void) {
    this.#context = context;
    this.#notify = notify;
  }

  /** Whether anything is followed. */
  get isRunning(): boolean {
    return this.#lists !== undefined;
  }

  /** Begins to follow; resolves once the servers have acknowledged it. */
  async start(): Promise<void> {
    if (this.#lists) return;
    const { client, settings } = this.#context;
    this.#lists = new FollowedServers({
      filter: LIST_CHANGES,
      client,
      ackTimeoutMs: settings.LIST_TIMEOUT_MS,
      notify: this.#notify,
    });
    await this.#followNow(this.#lists);
  }

  /** Follows the servers that may be followed now, and lets the others go. */
  refresh(): Promise<void> {
    const refreshed = this.#refreshing.then(async () => {
      if (this.#lists) await this.#followNow(this.#lists);
    });
    this.#refreshing = refreshed.catch(() => {});
    return refreshed;
  }

  async #followNow(lists: FollowedServers): Promise<void> {
    const connectors = await this.#context.directory.connectors();
    // Stopped meanwhile.
    if (this.#lists !== lists) return;
    this.#present = new Set(connectors.map(({ server }) => server));
    await Promise.all([lists.follow(connectors), this.followResources()]);
  }

  /**
   * Follows the subscribed resources as they are now. The earlier subscription ends only when this one is
   * acknowledged, so that no update falls between the two.
   */
  async followResources(): Promise<void> {
    if (!this.isRunning) return;
    const { directory, client } = this.#context;
    const controller = new AbortController();
    const earlier = this.#resources;
    this.#resources = controller;
    // Whatever ends the new subscription, also before it is acknowledged, ends the earlier one with it.
    controller.signal.addEventListener('abort', () => earlier?.abort(), { once: true });
    const owners = await directory.ownersOf(client().subscriptions, client());
    this.#present = new Set([...this.#present, ...[...owners.keys()].map(({ server }) => server)]);
    await Promise.all(
      [...owners].map(([connector, uris]) =>
        this.#listen(connector, { resourceSubscriptions: uris }, controller.signal),
      ),
    );
    earlier?.abort();
  }

  stop(): void {
    this.#lists?.stop();
    this.#resources?.abort();
    this.#lists = undefined;
    this.#resources = undefined;
  }

  #listen(connector: Connector, filter: JsonObject, signal: AbortSignal): Promise<void> {
    const { client, settings } = this.#context;
    const { promise, resolve } = Promise.withResolvers<void>();
    void listenAll([connector], filter, client(), settings.LIST_TIMEOUT_MS, {
      signal,
      acknowledged: () => resolve(),
      // Until others are followed in its place, a server that is gone has nothing to say.
      notify: notification => this.#present.has(connector.server) && this.#notify(notification),
    }).finally(resolve);
    return promise;
  }
}
