import type { JsonObject } from '../../../protocol/message.ts';
import type { SessionHttp } from './session-http.ts';

/** How many replies a server gets in a minute, and how many may wait to be sent. What it asks beyond that has no answer. */
const MAX_PER_MINUTE = 60;
const MAX_WAITING = 16;
const MINUTE_MS = 60_000;

/**
 * What is replied at once to requests of a session's server: pings, and what nobody can be asked. Each reply is a request of ours, and is
 * audited; so they are sent one after the other and only so many, however fast the server asks.
 */
export class Replies {
  readonly #http: SessionHttp;
  readonly #waiting: JsonObject[] = [];
  #isSending = false;
  #sinceMs = 0;
  #count = 0;

  constructor(http: SessionHttp) {
    this.#http = http;
  }

  /** Replies to a request, where its server has not asked too much. A reply that is not taken is nobody's business but the server's. */
  send({ id }: JsonObject, reply: JsonObject): void {
    if (this.#waiting.length >= MAX_WAITING || !this.#mayCount()) return;
    this.#waiting.push({ id, ...reply });
    if (!this.#isSending) void this.#sendAll();
  }

  #mayCount(): boolean {
    const nowMs = Date.now();
    if (nowMs - this.#sinceMs >= MINUTE_MS) {
      this.#sinceMs = nowMs;
      this.#count = 0;
    }
    return ++this.#count <= MAX_PER_MINUTE;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let reply = this.#waiting.shift(); reply; reply = this.#waiting.shift())
      await this.#http.tell(reply);
    this.#isSending = false;
  }
}
