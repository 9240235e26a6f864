import type { Directory } from '../src/connectors/directory.ts';
import { listenAll } from '../src/connectors/listen-all.ts';
import type { Settings } from '../src/env.ts';
import { GatehouseError } from '../src/errors.ts';
import { legacyNotification } from '../src/protocol/legacy.ts';
import type { JsonObject } from '../src/protocol/message.ts';
import { openSse } from '../src/protocol/sse.ts';
import { EventStream, type StreamedRequest } from './event-stream.ts';
import { openStream, primingEvent, type StreamOptions } from './legacy-reply.ts';
import type { SessionClient } from './session-client.ts';
import type { SessionStore } from './session-store.ts';

const LIST_CHANGES = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

/** What the session's own stream follows: list changes, or one resource. */
type Followed = 'lists' | `resource:${string}`;

/** The streams of one 2025-era session: one per answer that streams, and the session's own (GET). */
export class LegacyStreams {
  readonly #store: SessionStore;
  readonly #directory: Directory;
  readonly #settings: Settings;
  readonly #options: StreamOptions;
  readonly #client: () => SessionClient;
  readonly #open = new Map<number, EventStream>();
  readonly #following = new Map<Followed, AbortController>();
  #own: EventStream | undefined;

  constructor(
    store: SessionStore,
    directory: Directory,
    settings: Settings,
    options: StreamOptions,
    client: () => SessionClient,
  ) {
    this.#store = store;
    this.#directory = directory;
    this.#settings = settings;
    this.#options = options;
    this.#client = client;
    for (const stream of EventStream.openOnes(store, options.maxEvents)) {
      this.#open.set(stream.id, stream);
      if (stream.kind === 'get') this.#own = stream;
    }
  }

  /** Streams of answers that were not finished when the session was last in memory. */
  get unfinished(): readonly EventStream[] {
    return [...this.#open.values()].filter(stream => stream.kind === 'post');
  }

  /** Begins the stream of an answer. */
  begin({ id, method }: StreamedRequest): EventStream {
    const stream = EventStream.create(this.#store, 'post', { id, method }, this.#options.maxEvents);
    this.#open.set(stream.id, stream);
    return stream;
  }

  /**
   * Opens the session's own stream for messages that belong to no request.
   * @throws GatehouseError `stream_taken` when one is already being read.
   */
  listen(): Response {
    if (this.#own?.hasReader) {
      throw new GatehouseError(
        'stream_taken',
        'This session already has an open GET stream; close it first.',
      );
    }
    this.#own?.close();
    this.#own = EventStream.create(this.#store, 'get', null, this.#options.maxEvents);
    this.#open.set(this.#own.id, this.#own);
    this.follow();
    return openStream(this.#own, this.#options, primingEvent(this.#own, this.#options));
  }

  /**
   * Replays a stream after an event, and goes on with it while it is open.
   * @throws GatehouseError `event_unknown`.
   */
  resume(lastEventId: string): Response {
    const { stream: id, seq } = EventStream.parseEventId(lastEventId);
    if (!EventStream.exists(this.#store, id)) {
      throw new GatehouseError('event_unknown', 'Last-Event-ID names no event that is still stored.');
    }
    const earlier = EventStream.eventsAfter(this.#store, id, seq);
    const stream = this.#open.get(id);
    if (!stream?.isOpen) return closedStream(earlier, this.#options.keepAliveMs);
    if (stream === this.#own) this.follow();
    return openStream(stream, this.#options, earlier);
  }

  /** Follows what the session's own stream should tell of, and nothing else. */
  follow(): void {
    if (!this.#own?.isOpen) return;
    const wanted = new Map<Followed, JsonObject>([['lists', LIST_CHANGES]]);
    for (const uri of this.#client().subscriptions) {
      wanted.set(`resource:${uri}`, { resourceSubscriptions: [uri] });
    }
    for (const [followed, controller] of this.#following) {
      if (wanted.has(followed)) continue;
      controller.abort();
      this.#following.delete(followed);
    }
    for (const [followed, filter] of wanted) {
      if (!this.#following.has(followed)) this.#startFollowing(followed, filter);
    }
  }

  /** Disconnects every reader and stops following. */
  hangUp(): void {
    for (const controller of this.#following.values()) controller.abort();
    this.#following.clear();
    for (const stream of this.#open.values()) stream.hangUp();
  }

  #startFollowing(followed: Followed, filter: JsonObject): void {
    const controller = new AbortController();
    this.#following.set(followed, controller);
    const ended = listenAll(
      this.#directory.connectors,
      filter,
      this.#client(),
      this.#settings.LIST_TIMEOUT_MS,
      {
        signal: controller.signal,
        acknowledged: () => {},
        notify: notification => {
          this.#own?.append({ jsonrpc: '2.0', ...legacyNotification(notification) });
        },
      },
    );
    void ended.finally(() => {
      if (this.#following.get(followed) === controller) this.#following.delete(followed);
    });
  }
}

function closedStream(events: ReturnType<typeof EventStream.eventsAfter>, keepAliveMs: number): Response {
  const sink = openSse(keepAliveMs, () => {});
  for (const event of events) sink.send(event);
  sink.close();
  return sink.response;
}
