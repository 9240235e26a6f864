/** The cookies that one host has set in a browser, as far as names and values go. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** The `Cookie` header (RFC 6265 section 4.2); empty where there are none. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Keeps what a response sets, and drops what it ends by emptying it. */
  keep({ headers }: Response): void {
    for (const cookie of headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';', 1);
      const separator = pair.indexOf('=');
      const [name, value] = [pair.slice(0, separator), pair.slice(separator + 1)];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }

  /** Takes over the cookies of another jar, where the two have some of the same name. */
  take(other: CookieJar): void {
    for (const [name, value] of other.#cookies) this.#cookies.set(name, value);
  }
}
