import type { JsonObject } from '../../../protocol/message.ts';
import { type Heard, isEventStream, messagesOf } from '../../answer-messages.ts';
import { Inbox } from './inbox.ts';
import type { SessionHttp } from './session-http.ts';

/** How often in a row a stream is resumed that brings nothing. */
const MAX_RESUMES = 20;

/** How many messages of other streams may wait for somebody who acts on them. */
const MAX_WAITING = 64;

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
  readonly #inbox: Inbox;
  #isAnswered = false;
  #readEventId: string | null;
  #resumeAfterMs = RESUME_AFTER_MS;

  private constructor(http: SessionHttp, { id, lastEventId }: CallPlace, maxBytes: number) {
    this.#http = http;
    this.id = id;
    this.#readEventId = lastEventId;
    this.#inbox = new Inbox(lastEventId);
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
    return { id: this.id, lastEventId: this.#inbox.lastEventId };
  }

  /** Whether something has come that nobody has asked for yet. */
  get hasMore(): boolean {
    return this.#inbox.size > 0;
  }

  /** Whether nothing more comes, and all that has come was asked for. */
  get isOver(): boolean {
    return this.#inbox.isOver;
  }

  /** Resolves when nothing more comes. */
  get ended(): Promise<void> {
    return this.#inbox.ended;
  }

  /** The next message. @throws why there is none, once there is none. */
  next(): Promise<JsonObject> {
    return this.#inbox.next();
  }

  /** Lets go of it; the server is not told. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Takes a message that came on another stream, which has no end. @returns false where too much of this one waits already. */
  hear(message: JsonObject): boolean {
    if (this.#inbox.size >= MAX_WAITING) return false;
    this.#take({ message, eventId: null });
    return true;
  }

  #follow(response: Promise<Response>): void {
    void response
      .then(first => this.#readAll(first))
      .then(
        () => this.#inbox.end(new Error('the stream ended without an answer')),
        error => this.#inbox.end(error),
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
    await this.#inbox.wanted;
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
    this.#inbox.put(heard);
  }
}
