import { type InnerNotification, type Outcome, toResponse } from '../src/protocol/message.ts';
import { isSince } from '../src/protocol/revision.ts';
import { openSse, type SseEvent, type SseSink } from '../src/protocol/sse.ts';
import { EventStream, type StreamedRequest } from './event-stream.ts';
import type { SessionContext } from './session-context.ts';

/**
 * The answer to one posted request while it is being made: plain JSON when the outcome comes soon and alone,
 * an event stream once there is more to say or the call takes its time.
 */
export class LegacyReply {
  readonly request: StreamedRequest;
  readonly #begin: () => EventStream;
  readonly #context: SessionContext;
  readonly #waiting = Promise.withResolvers<Response>();
  #stream: EventStream | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDone = false;

  /** Answers a request that was just posted. `begin` makes the stream if one is needed. */
  constructor(request: StreamedRequest, context: SessionContext, begin: () => EventStream) {
    this.request = request;
    this.#context = context;
    this.#begin = begin;
    this.#timer = setTimeout(() => this.stream, context.settings.STREAM_AFTER_MS);
  }

  /** Goes on answering on a stream that was begun before, perhaps before a restart. */
  static on(stream: EventStream, request: StreamedRequest, context: SessionContext): LegacyReply {
    const reply = new LegacyReply(request, context, () => stream);
    clearTimeout(reply.#timer);
    reply.#stream = stream;
    return reply;
  }

  /** The HTTP response, once it is known which kind it is. */
  get response(): Promise<Response> {
    return this.#waiting.promise;
  }

  /** Whether it was decided that this answer is a stream. */
  get isStreaming(): boolean {
    return this.#stream !== undefined;
  }

  /** The stream of this answer; asking for it decides that there is one. */
  get stream(): EventStream {
    if (this.#stream) return this.#stream;
    clearTimeout(this.#timer);
    this.#stream = this.#begin();
    this.#waiting.resolve(openStream(this.#stream, this.#context, primingEvent(this.#stream, this.#context)));
    return this.#stream;
  }

  notify(notification: InnerNotification): void {
    if (!this.#isDone) this.stream.append({ jsonrpc: '2.0', ...notification });
  }

  /** Says the outcome, which ends the answer. */
  finish(outcome: Outcome): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const message = toResponse(this.request.id, outcome);
    if (this.#stream) {
      this.#stream.append(message);
      this.#stream.close();
    } else {
      clearTimeout(this.#timer);
      this.#waiting.resolve(Response.json(message));
    }
  }

  /** Ends the answer without an outcome: a cancelled request gets none. */
  abandon(): void {
    if (this.#isDone) return;
    this.stream.close();
    this.#isDone = true;
  }
}

/** Connects a reader to a stored stream. */
export function openStream(
  stream: EventStream,
  { settings }: SessionContext,
  earlier: readonly SseEvent[],
): Response {
  const sink: SseSink = openSse(settings.KEEP_ALIVE_MS, () => stream.detach(sink));
  stream.attach(sink, earlier);
  return sink.response;
}

/**
 * The first event of a stream: an id to resume from, before anything was said. Clients before 2025-11-25
 * would try to parse its empty data.
 */
export function primingEvent(stream: EventStream, { revision, settings }: SessionContext): SseEvent[] {
  if (!isSince(revision, '2025-11-25')) return [];
  return [{ id: EventStream.eventId(stream.id, 0), data: '', retryMs: settings.RECONNECT_AFTER_MS }];
}
