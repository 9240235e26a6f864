import { type InnerNotification, type Outcome, toResponse } from '../../src/protocol/message.ts';
import type { EventStream, StreamedRequest } from './event-stream.ts';
import type { LegacyStreams } from './legacy-streams.ts';

/**
 * The answer to one posted request while it is being made: plain JSON when the outcome comes soon and alone,
 * an event stream once there is more to say or the call takes its time.
 */
export class LegacyReply {
  readonly request: StreamedRequest;
  readonly #streams: LegacyStreams;
  readonly #waiting = Promise.withResolvers<Response>();
  #stream: EventStream | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDone = false;
  #goal: Pick<StreamedRequest, 'server' | 'name'> = {};

  /** Answers a request; with a stream that was begun before, perhaps before a restart, goes on answering on it. */
  constructor(request: StreamedRequest, streams: LegacyStreams, stream?: EventStream) {
    this.request = request;
    this.#streams = streams;
    this.#stream = stream;
  }

  /** Takes note of where the request goes, to be stored with it. */
  goesTo(server: string, name: unknown): void {
    this.#goal = { server, ...(typeof name === 'string' && { name }) };
  }

  /** From now on the answer becomes a stream when it takes longer than this. */
  streamAfter(delayMs: number): void {
    this.#timer = setTimeout(() => this.stream, delayMs);
  }

  /** Refuses to answer: {@link response} rejects with what is wrong. Only for what was not begun yet. */
  refuse(error: unknown): void {
    this.#waiting.reject(error);
    this.#isDone = true;
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
    this.#stream = this.#streams.begin({ ...this.request, ...this.#goal });
    this.#waiting.resolve(this.#streams.open(this.#stream));
    return this.#stream;
  }

  notify(notification: InnerNotification): void {
    if (!this.#isDone) this.stream.append({ jsonrpc: '2.0', ...notification });
  }

  /** Says the outcome, which ends the answer. */
  finish(outcome: Outcome): void {
    if (this.#isDone) return;
    const message = toResponse(this.request.id, outcome);
    if (this.#stream) {
      this.#stream.append(message);
      this.#stream.close();
    } else {
      clearTimeout(this.#timer);
      this.#waiting.resolve(Response.json(message));
    }
    this.#isDone = true;
  }

  /** Ends the answer without an outcome: a cancelled request gets none. */
  abandon(): void {
    if (this.#isDone) return;
    this.stream.close();
    this.#isDone = true;
  }
}
