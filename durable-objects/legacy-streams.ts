import { listenAll } from '../src/connectors/listen-all.ts';
import { GatehouseError } from '../src/errors.ts';
import { legacyNotification } from '../src/protocol/legacy.ts';
import type { JsonObject } from '../src/protocol/message.ts';
import { openSse } from '../src/protocol/sse.ts';
import { EventStream, type StreamedRequest, type StreamKind } from './event-stream.ts';
import { openStream, primingEvent } from './legacy-reply.ts';
import type { SessionContext } from './session-context.ts';

const LIST_CHANGES = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

/** What the session's own stream follows: list changes, or one resource. */
type Followed = 'lists' | `resource:${string}`;

/** The streams of one 2025-era session: one per answer that streams, and the session's own (GET). */
export class LegacyStreams {
  readonly #context: SessionContext;
  readonly #open = new Map<number, EventStream>();
  readonly #following = new Map<Followed, AbortController>();
  #own: EventStream | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    const { store, settings } = context;
    for (const stream of EventStream.openOnes(store, settings.MAX_EVENTS_PER_STREAM)) {
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
    const stream = this.#create('post', { id, method });
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
    this.#own = this.#create('get', null);
    this.follow();
    return openStream(this.#own, this.#context, primingEvent(this.#own, this.#context));
  }

  /**
   * Replays a stream after an event, and goes on with it while it is open.
   * @throws GatehouseError `event_unknown`.
   */
  resume(lastEventId: string): Response {
    const { stream: id, seq } = EventStream.parseEventId(lastEventId);
    if (!EventStream.exists(this.#context.store, id)) {
      throw new GatehouseError('event_unknown', 'Last-Event-ID names no event that is still stored.');
    }
    const earlier = EventStream.eventsAfter(this.#context.store, id, seq);
    const stream = this.#open.get(id);
    if (!stream?.isOpen) return closedStream(earlier, this.#context.settings.KEEP_ALIVE_MS);
    if (stream === this.#own) this.follow();
    return openStream(stream, this.#context, earlier);
  }

  /** Follows what the session's own stream should tell of, and nothing else. */
  follow(): void {
    if (!this.#own?.isOpen) return;
    const wanted = new Map<Followed, JsonObject>([['lists', LIST_CHANGES]]);
    for (const uri of this.#context.client().subscriptions) {
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

  #create(kind: StreamKind, request: StreamedRequest | null): EventStream {
    const { store, settings } = this.#context;
    for (const { id, isOpen } of this.#open.values()) if (!isOpen) this.#open.delete(id);
    const stream = EventStream.create(store, kind, request, settings.MAX_EVENTS_PER_STREAM);
    this.#open.set(stream.id, stream);
    return stream;
  }

  #startFollowing(followed: Followed, filter: JsonObject): void {
    const controller = new AbortController();
    this.#following.set(followed, controller);
    const { directory, settings, client } = this.#context;
    const ended = listenAll(directory.connectors, filter, client(), settings.LIST_TIMEOUT_MS, {
      signal: controller.signal,
      acknowledged: () => {},
      notify: notification => this.#own?.append({ jsonrpc: '2.0', ...legacyNotification(notification) }),
    });
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
