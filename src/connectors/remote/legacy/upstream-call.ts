import type { JsonObject } from '../../../protocol/message.ts';
import { type Heard, isEventStream, messagesOf } from '../../answer-messages.ts';
import type { SessionHttp } from './session-http.ts';

/** How often in a row a stream is resumed that brings nothing. */
const MAX_RESUMES = 20;

/** How long to wait before that, where the server does not say. */
const RESUME_AFTER_MS = 500;
const MIN_RESUME_AFTER_MS = 100;
const MAX_RESUME_AFTER_MS = 10_000;

/** Where a call is, so that it can be found again. */
export interface CallPlace {
  /** The request's id in the upstream session. */
  readonly id: string;
  /** The last event that was acted on; null where the server numbers none. */
  readonly lastEventId: string | null;
}

/**
 * One request in a session, as its server answers it: by JSON, or by a stream of notifications, questions and at last the response. A
 * stream that breaks is resumed where the server numbers its events. What comes while nobody asks waits its turn.
 */
export class UpstreamCall {
  readonly id: string;
  readonly #http: SessionHttp;
  readonly #maxBytes: number;
  readonly #stopping = new AbortController();
  readonly #heard: Heard[] = [];
  #told = Promise.withResolvers<void>();
  /** Settled while somebody waits for the next message. */
  #wanted = Promise.withResolvers<void>();
  /** Why nothing more comes; undefined while something may. */
  #end: { readonly error: unknown } | undefined;
  readonly #finished = Promise.withResolvers<void>();
  #isAnswered = false;
  #readEventId: string | null;
  #actedEventId: string | null;
  #resumeAfterMs = RESUME_AFTER_MS;

  private constructor(http: SessionHttp, { id, lastEventId }: CallPlace, maxBytes: number) {
    this.#http = http;
    this.id = id;
    this.#readEventId = lastEventId;
    this.#actedEventId = lastEventId;
    this.#maxBytes = maxBytes;
  }

  /** Sends a request. Whatever comes of it is heard by {@link next}. */
  static begin(http: SessionHttp, request: JsonObject & { id: string }, maxBytes: number): UpstreamCall {
    const call = new UpstreamCall(http, { id: request.id, lastEventId: null }, maxBytes);
    call.#follow(http.post(request, call.#stopping.signal));
    return call;
  }

  /** Takes a call up again after its last event. @throws where the server does not let it be. */
  static async resume(http: SessionHttp, place: CallPlace, maxBytes: number): Promise<UpstreamCall> {
    const call = new UpstreamCall(http, place, maxBytes);
    const response = await http.open(place.lastEventId, call.#stopping.signal);
    if (!isEventStream(response)) throw new Error('the stream is not there any more');
    call.#follow(Promise.resolve(response));
    return call;
  }

  /** Where it is. */
  get place(): CallPlace {
    return { id: this.id, lastEventId: this.#actedEventId };
  }

  /** Whether something has come that nobody has asked for yet. */
  get hasMore(): boolean {
    return this.#heard.length > 0;
  }

  /** Whether nothing more comes, and all that has come was asked for. */
  get isOver(): boolean {
    return this.#end !== undefined && !this.hasMore;
  }

  /** Resolves when nothing more comes. */
  get ended(): Promise<void> {
    return this.#finished.promise;
  }

  /** The next message. @throws why there is none, once there is none. */
  async next(): Promise<JsonObject> {
    for (;;) {
      const heard = this.#heard.shift();
      if (heard) {
        this.#actedEventId = heard.eventId ?? this.#actedEventId;
        if (heard.message) return heard.message;
      } else if (this.#end) {
        throw this.#end.error;
      } else {
        this.#wanted.resolve();
        await this.#told.promise;
        this.#wanted = Promise.withResolvers<void>();
      }
    }
  }

  /** Lets go of it; the server is not told. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Takes a message that came on another stream. */
  hear(message: JsonObject): void {
    this.#take({ message, eventId: null });
  }

  #follow(response: Promise<Response>): void {
    void response
      .then(first => this.#readAll(first))
      .then(
        () => this.#finish(new Error('the stream ended without an answer')),
        error => this.#finish(error),
      );
  }

  async #readAll(first: Response): Promise<void> {
    let response = first;
    for (let resumes = 0; ; resumes++) {
      const before = this.#readEventId;
      await this.#read(response).catch(error => this.#broken(error));
      if (this.#isAnswered || this.#readEventId === null) return;
      if (this.#readEventId !== before) resumes = 0;
      if (resumes >= MAX_RESUMES) return;
      response = await this.#reopened(this.#readEventId);
    }
  }

  /** A stream that breaks off can be resumed by its events; anything else ends the call. */
  #broken(error: unknown): void {
    if (this.#isAnswered) return;
    if (this.#stopping.signal.aborted || this.#readEventId === null) throw error;
  }

  /** Not before somebody waits for what it brings: a parked call has no timer. */
  async #reopened(lastEventId: string): Promise<Response> {
    await this.#wanted.promise;
    await new Promise(resolve => setTimeout(resolve, this.#resumeAfterMs));
    return this.#http.open(lastEventId, this.#stopping.signal);
  }

  async #read(response: Response): Promise<void> {
    const onRetry = (ms: number) => {
      this.#resumeAfterMs = Math.max(MIN_RESUME_AFTER_MS, Math.min(ms, MAX_RESUME_AFTER_MS));
    };
    const { signal } = this.#stopping;
    for await (const heard of messagesOf(response, {
      id: this.id,
      maxBytes: this.#maxBytes,
      signal,
      onRetry,
    })) {
      this.#readEventId = heard.eventId ?? this.#readEventId;
      this.#take(heard);
      if (this.#isAnswered) return;
    }
  }

  #take(heard: Heard): void {
    if (heard.message && !('method' in heard.message)) this.#isAnswered = true;
    this.#heard.push(heard);
    this.#tell();
  }

  #finish(error: unknown): void {
    this.#end = { error };
    this.#tell();
    this.#finished.resolve();
  }

  #tell(): void {
    this.#told.resolve();
    this.#told = Promise.withResolvers<void>();
  }
}
