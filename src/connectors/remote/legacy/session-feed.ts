import { GatehouseError } from '../../../errors.ts';
import { type InnerNotification, isObject, type JsonObject } from '../../../protocol/message.ts';
import { isSubscribed } from '../../../protocol/modern.ts';
import type { ListenHooks } from '../../connector.ts';
import { FollowedResources } from './followed-resources.ts';
import { judgeUnsolicited } from './questions.ts';
import { readSessionStream } from './session-stream.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** Who listens, and to what. */
interface Listener {
  readonly honoured: JsonObject;
  notify(notification: InnerNotification): void;
}

/** The stream of the session itself while it is held. */
interface Stream {
  readonly controller: AbortController;
  /** Resolves when it has been opened once; rejects where it cannot be. */
  readonly opened: Promise<void>;
  /** Rejects where it breaks for good. */
  readonly ended: Promise<void>;
}

/**
 * What a session's own stream tells of (2025-11-25, "Listening for Messages from the Server"): one stream for all who listen, held while
 * somebody does, and one subscription per resource, counted.
 */
export class SessionFeed {
  readonly #session: UpstreamSession;
  readonly #listeners = new Set<Listener>();
  readonly #resources: FollowedResources;
  readonly #attending = new Set<(message: JsonObject) => boolean>();
  readonly #onHeard: (notification: InnerNotification) => void;
  #stream: Stream | undefined;

  /** @param onHeard told of everything that the server tells of, whoever listens. */
  constructor(session: UpstreamSession, onHeard: (notification: InnerNotification) => void) {
    this.#session = session;
    this.#resources = new FollowedResources(session.http);
    this.#onHeard = onHeard;
  }

  /**
   * Tells of what is asked for and offered, until the signal aborts.
   * @throws where the stream breaks for good, or is let go of because its session was lost: who listens must listen anew.
   */
  async listen(filter: JsonObject, { signal, acknowledged, notify }: ListenHooks): Promise<void> {
    const uris = this.#offers('resources', 'subscribe') ? stringsIn(filter.resourceSubscriptions) : [];
    const listener: Listener = { honoured: this.#honoured(filter, uris), notify };
    const aborted = new Promise<void>(resolve =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    if (signal.aborted) return;
    this.#listeners.add(listener);
    const followed: string[] = [];
    try {
      this.#stream ??= this.#held();
      const { opened, ended } = this.#stream;
      await Promise.race([opened, aborted]);
      followed.push(...uris);
      await Promise.all(uris.map(uri => this.#resources.follow(uri)));
      acknowledged(listener.honoured);
      await Promise.race([ended, aborted]);
      if (!signal.aborted) throw letGo();
    } finally {
      this.#listeners.delete(listener);
      for (const uri of followed) this.#resources.unfollow(uri);
      this.#rest();
    }
  }

  /**
   * Holds the stream for a call whose server may ask something: many ask there, and log, although what they say belongs to a call.
   * While one call runs, it is that one's.
   * @param take says whether it takes what is for it.
   * @returns what lets go of it.
   */
  attend(take: (message: JsonObject) => boolean): () => void {
    this.#attending.add(take);
    this.#stream ??= this.#held();
    return () => {
      this.#attending.delete(take);
      this.#rest();
    };
  }

  /** Hands on what a server told of on another stream. */
  hear(notification: InnerNotification): void {
    this.#onHeard(notification);
    for (const { honoured, notify } of this.#listeners)
      if (isSubscribed(honoured, notification)) notify(notification);
  }

  /** Lets go of the stream. */
  stop(): void {
    this.#stream?.controller.abort();
    this.#stream = undefined;
  }

  #rest(): void {
    if (this.#listeners.size === 0 && this.#attending.size === 0) this.stop();
  }

  #offers(capability: string, member: string): boolean {
    const declared = this.#session.capability(capability);
    return isObject(declared) && declared[member] === true;
  }

  #honoured(filter: JsonObject, uris: readonly string[]): JsonObject {
    const flags = Object.entries({
      toolsListChanged: 'tools',
      promptsListChanged: 'prompts',
      resourcesListChanged: 'resources',
    })
      .filter(([flag, capability]) => filter[flag] === true && this.#offers(capability, 'listChanged'))
      .map(([flag]) => [flag, true]);
    return { ...Object.fromEntries(flags), ...(uris.length > 0 && { resourceSubscriptions: uris }) };
  }

  #held(): Stream {
    const controller = new AbortController();
    const { promise: opened, resolve: open, reject: fail } = Promise.withResolvers<void>();
    const ended = readSessionStream(this.#session.http, controller.signal, {
      onOpen: open,
      onMessage: message => this.#take(message),
    }).finally(() => {
      if (this.#stream?.controller === controller) this.#stream = undefined;
    });
    ended.then(open, fail);
    opened.catch(() => {});
    return { controller, opened, ended };
  }

  #take(message: JsonObject): void {
    if (typeof message.method !== 'string') return;
    if ('id' in message) this.#asked(message);
    else if (message.method === 'notifications/message') this.#only?.(message);
    else this.hear(message as unknown as InnerNotification);
  }

  #asked(request: JsonObject): void {
    if (!this.#only?.(request)) this.#session.replies.send(request, judgeUnsolicited(request));
  }

  /** The one call that what comes can be meant for. */
  get #only(): ((message: JsonObject) => boolean) | undefined {
    const [only, ...others] = this.#attending;
    return others.length === 0 ? only : undefined;
  }
}

function letGo(): GatehouseError {
  return new GatehouseError('upstream_session_lost', 'The session whose changes were told of is lost.');
}

function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
