import type { Connector } from '../../src/connectors/connector.ts';
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
  #lists: AbortController | undefined;
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
    this.#lists = new AbortController();
    const { signal } = this.#lists;
    const connectors = await this.#context.directory.connectors();
    await Promise.all([this.#listen(connectors, LIST_CHANGES, signal), this.followResources()]);
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
    await Promise.all(
      [...owners].map(([connector, uris]) =>
        this.#listen([connector], { resourceSubscriptions: uris }, controller.signal),
      ),
    );
    earlier?.abort();
  }

  stop(): void {
    this.#lists?.abort();
    this.#resources?.abort();
    this.#lists = undefined;
    this.#resources = undefined;
  }

  #listen(connectors: readonly Connector[], filter: JsonObject, signal: AbortSignal): Promise<void> {
    const { client, settings } = this.#context;
    const { promise, resolve } = Promise.withResolvers<void>();
    void listenAll(connectors, filter, client(), settings.LIST_TIMEOUT_MS, {
      signal,
      acknowledged: () => resolve(),
      notify: this.#notify,
    }).finally(resolve);
    return promise;
  }
}
