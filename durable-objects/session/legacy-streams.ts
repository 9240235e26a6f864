import { GatehouseError, reportFault } from '../../src/errors.ts';
import { legacyNotification } from '../../src/protocol/legacy.ts';
import { isSince } from '../../src/protocol/revision.ts';
import { openSse, type SseEvent, type SseSink } from '../../src/protocol/sse.ts';
import { ChangeFeed } from './change-feed.ts';
import { EventLog, eventId, parseEventId } from './event-log.ts';
import { EventStream, type StreamedRequest } from './event-stream.ts';
import type { SessionContext } from './session-context.ts';
import { LIST_CHANGES } from './watched-lists.ts';

/** The streams of one 2025-era session: one per answer that streams, and the session's own (GET). */
export class LegacyStreams {
  readonly #context: SessionContext;
  readonly #log: EventLog;
  readonly #open = new Map<number, EventStream>();
  readonly #feed: ChangeFeed;
  #own: EventStream | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#log = new EventLog(context.store, context.settings.MAX_EVENTS_PER_STREAM);
    for (const stream of EventStream.openOnes(this.#log)) {
      this.#open.set(stream.id, stream);
      if (!stream.request) this.#own = stream;
    }
    this.#feed = new ChangeFeed(context, notification =>
      this.#own?.append({ jsonrpc: '2.0', ...legacyNotification(notification) }),
    );
  }

  /** Streams of answers that were not finished when the session was last in memory. */
  get unfinished(): readonly EventStream[] {
    return [...this.#open.values()].filter(stream => stream.request !== null);
  }

  /** Begins the stream of an answer. */
  begin({ id, method, server, name }: StreamedRequest): EventStream {
    return this.#create({
      id,
      method,
      ...(server !== undefined && { server }),
      ...(name !== undefined && { name }),
    });
  }

  /** Connects a new reader to a stream that was just begun. Its first event is an id to resume from. */
  open(stream: EventStream): Response {
    const { revision, settings } = this.#context;
    // Clients before 2025-11-25 would try to parse the empty data of a priming event.
    const isPrimed = isSince(revision, '2025-11-25');
    const priming = { id: eventId(stream.id, 0), data: '', retryMs: settings.RECONNECT_AFTER_MS };
    return this.#connect(stream, isPrimed ? [priming] : []);
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
    this.#own = this.#create(null);
    this.#follow();
    return this.open(this.#own);
  }

  /**
   * Replays a stream after an event, and goes on with it while it is open.
   * @throws GatehouseError `event_unknown`.
   */
  resume(lastEventId: string): Response {
    const { stream: id, seq } = parseEventId(lastEventId);
    if (!EventStream.exists(this.#context.store, id)) {
      throw new GatehouseError('event_unknown', 'Last-Event-ID names no event that is still stored.');
    }
    const earlier = this.#log.after(id, seq);
    const stream = this.#open.get(id);
    if (!stream?.isOpen) return this.#replay(earlier);
    if (stream === this.#own) this.#follow();
    return this.#connect(stream, earlier);
  }

  /** Follows the resources that the client is subscribed to now. Resolves once the servers know. */
  resubscribe(): Promise<void> {
    return this.#feed.followResources();
  }

  /**
   * Says on the session's own stream that lists may have changed, and follows what may be followed now.
   * @returns false where nobody reads that stream: whoever comes back to it is told then.
   */
  listsChanged(changedAtMs: number): boolean {
    const own = this.#own;
    if (!own?.isOpen || !this.#feed.isRunning) return false;
    this.#context.remember({ listsAsOfMs: changedAtMs });
    for (const method of LIST_CHANGES) own.append({ jsonrpc: '2.0', method });
    void this.#feed.refresh().catch(error => reportFault('feed_failed', error));
    return true;
  }

  /** Disconnects every reader and stops following. */
  hangUp(): void {
    clearTimeout(this.#grace);
    this.#unfollow();
    for (const stream of this.#open.values()) stream.hangUp();
  }

  #create(request: StreamedRequest | null): EventStream {
    for (const { id, isOpen } of this.#open.values()) if (!isOpen) this.#open.delete(id);
    const stream = EventStream.create(this.#log, request);
    this.#open.set(stream.id, stream);
    return stream;
  }

  #connect(stream: EventStream, earlier: readonly SseEvent[]): Response {
    const sink: SseSink = openSse(this.#context.settings.KEEP_ALIVE_MS, () => {
      stream.detach(sink);
      if (stream === this.#own && !stream.hasReader) this.#waitForReader();
    });
    stream.attach(sink, earlier);
    return sink.response;
  }

  #replay(events: readonly SseEvent[]): Response {
    const sink = openSse(this.#context.settings.KEEP_ALIVE_MS, () => {});
    for (const event of events) sink.send(event);
    sink.close();
    return sink.response;
  }

  #follow(): void {
    clearTimeout(this.#grace);
    void this.#feed.start().catch(error => reportFault('feed_failed', error));
    void this.#watch().catch(error => {
      reportFault('lists_not_watched', error);
      // Whoever reads a stream that nobody tells of changes would wait for them in vain.
      this.#own?.hangUp();
    });
  }

  /** Has the session told of changes from now on, and tells of what was changed since it last was. */
  async #watch(): Promise<void> {
    const changedAtMs = await this.#context.lists.begin();
    if (changedAtMs <= this.#context.client().listsAsOfMs) return;
    this.#context.lists.heardOf(changedAtMs);
    this.listsChanged(changedAtMs);
  }

  #unfollow(): void {
    this.#feed.stop();
    this.#context.lists.end();
  }

  /** A reader that comes back soon misses nothing; one that does not must not keep the session in memory. */
  #waitForReader(): void {
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => this.#unfollow(), this.#context.settings.RESUME_GRACE_MS);
  }
}
