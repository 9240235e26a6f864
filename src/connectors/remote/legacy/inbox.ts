import type { JsonObject } from '../../../protocol/message.ts';
import type { Heard } from '../../answer-messages.ts';

/** What has come of a call and waits to be acted on, in its order. */
export class Inbox {
  readonly #waiting: Heard[] = [];
  #told = Promise.withResolvers<void>();
  #wanted = Promise.withResolvers<void>();
  /** Why nothing more comes; undefined while something may. */
  #end: { readonly error: unknown } | undefined;
  readonly #finished = Promise.withResolvers<void>();
  #lastEventId: string | null;

  constructor(lastEventId: string | null) {
    this.#lastEventId = lastEventId;
  }

  /** The last event that was acted on; null where the server numbers none. */
  get lastEventId(): string | null {
    return this.#lastEventId;
  }

  /** How much has come that nobody has asked for yet. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Whether nothing more comes, and all that has come was asked for. */
  get isOver(): boolean {
    return this.#end !== undefined && this.size === 0;
  }

  /** Resolves when nothing more comes. */
  get ended(): Promise<void> {
    return this.#finished.promise;
  }

  /** Resolves when somebody waits for the next message. */
  get wanted(): Promise<void> {
    return this.#wanted.promise;
  }

  /** The next message. @throws why there is none, once there is none. */
  async next(): Promise<JsonObject> {
    for (;;) {
      const heard = this.#waiting.shift();
      if (heard) {
        this.#lastEventId = heard.eventId ?? this.#lastEventId;
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

  put(heard: Heard): void {
    this.#waiting.push(heard);
    this.#tell();
  }

  /** Nothing more comes. */
  end(error: unknown): void {
    this.#end = { error };
    this.#tell();
    this.#finished.resolve();
  }

  #tell(): void {
    this.#told.resolve();
    this.#told = Promise.withResolvers<void>();
  }
}
