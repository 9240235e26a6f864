import type { Settings } from '../../src/env.ts';
import { reportFault } from '../../src/errors.ts';
import {
  type InnerNotification,
  type JSONRPCRequest,
  type Outcome,
  type RequestId,
  toResponse,
} from '../../src/protocol/message.ts';
import { openSse, type SseSink } from '../../src/protocol/sse.ts';
import { retryAfterOf } from '../../src/quotas/quota-refusal.ts';

/** What an answer tells of, and asks for. */
export interface ReplyHooks {
  /** Told when it becomes a stream, which may stay open for long. */
  readonly onStream: () => void;
  /** Resolves once all that it rests on is stored. */
  readonly durable: () => Promise<void>;
}

/**
 * The answer to one stateless request while it is being made: plain JSON when the outcome comes soon and
 * alone, else an event stream of this request's notifications. Nothing is stored; a client that leaves
 * cancels (2026-07-28, Streamable HTTP, "Cancellation").
 */
export class ModernReply {
  readonly #id: RequestId;
  readonly #keepAliveMs: number;
  readonly #waiting = Promise.withResolvers<Response>();
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #hooks: ReplyHooks;
  #sink: SseSink | undefined;

  constructor({ id, method }: JSONRPCRequest, settings: Settings, gone: AbortSignal, hooks: ReplyHooks) {
    this.#hooks = hooks;
    this.#id = id;
    this.#keepAliveMs =
      method === 'subscriptions/listen' ? settings.KEEP_ALIVE_MS : settings.CALL_KEEP_ALIVE_MS;
    this.#timer = setTimeout(() => this.#stream(), settings.STREAM_AFTER_MS);
    gone.addEventListener('abort', () => this.#controller.abort(), { once: true });
    if (gone.aborted) this.#controller.abort();
  }

  /** The HTTP response, once it is known which kind it is. */
  get response(): Promise<Response> {
    return this.#waiting.promise;
  }

  /** Aborts when the client has gone away. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  notify(notification: InnerNotification): void {
    this.#stream().send({ data: JSON.stringify({ jsonrpc: '2.0', ...notification }) });
  }

  /** Stops what is being answered: its outcome comes at once, and ends the answer. */
  abort(): void {
    this.#controller.abort();
  }

  /** Says the outcome, which ends the answer. */
  finish(outcome: Outcome): void {
    clearTimeout(this.#timer);
    const message = toResponse(this.#id, outcome);
    if (!this.#sink) {
      const status = outcome.kind === 'error' ? outcome.httpStatus : 200;
      const headers = outcome.kind === 'error' ? retryAfterOf(outcome.error.data) : {};
      this.#waiting.resolve(Response.json(message, { status, headers }));
      return;
    }
    void this.#end(this.#sink, JSON.stringify(message));
  }

  /** Plain answers are held back by the object's output gate until all is durable; what is said on an open stream is not. */
  async #end(sink: SseSink, data: string): Promise<void> {
    await this.#hooks.durable().then(
      () => sink.send({ data }),
      error => reportFault('answer_withheld', error),
    );
    sink.close();
  }

  #stream(): SseSink {
    if (this.#sink) return this.#sink;
    clearTimeout(this.#timer);
    this.#sink = openSse(this.#keepAliveMs, () => this.#controller.abort());
    this.#waiting.resolve(this.#sink.response);
    this.#hooks.onStream();
    return this.#sink;
  }
}
