import type { SessionHttp } from './session-http.ts';

/** The resources of a session that somebody follows: each is subscribed to once, and until nobody does. */
export class FollowedResources {
  readonly #http: SessionHttp;
  readonly #counts = new Map<string, number>();

  constructor(http: SessionHttp) {
    this.#http = http;
  }

  /** Resolves when the server has been told; one that refuses tells of nothing. */
  async follow(uri: string): Promise<void> {
    const count = this.#counts.get(uri) ?? 0;
    this.#counts.set(uri, count + 1);
    if (count === 0) await this.#tell('resources/subscribe', uri);
  }

  unfollow(uri: string): void {
    const count = (this.#counts.get(uri) ?? 0) - 1;
    if (count > 0) return void this.#counts.set(uri, count);
    if (this.#counts.delete(uri)) void this.#tell('resources/unsubscribe', uri);
  }

  #tell(method: string, uri: string): Promise<void> {
    return this.#http.tell({ id: crypto.randomUUID(), method, params: { uri } });
  }
}
