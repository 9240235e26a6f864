import { CookieJar } from './cookie-jar.ts';

/** What a person says to a client's request. */
export interface Decision {
  readonly decision: 'approve' | 'deny';
  /** What they let it do with each server: as much as it asks for, or what they choose themselves. */
  readonly access: 'asked' | 'none' | 'read' | 'write';
}

/** Allows what is asked for, and no more. */
const ASSENT: Decision = { decision: 'approve', access: 'asked' };

/**
 * The least a person's browser has to do to sign in and consent: follow redirects, keep cookies, post forms.
 * The demo and the tests use it where a real browser is not the point.
 */
export class FormBrowser {
  readonly #cookies = new CookieJar();

  /**
   * Follows an authorization URL as a person who signs in as `user` and then decides.
   * @returns the redirect to the client, with the code or the error in its query.
   */
  async authorize(url: URL, user: string, { decision, access }: Decision = ASSENT): Promise<URL> {
    let page = await this.get(url);
    if (page.hasField('return_to')) page = await this.submit(page, { user });
    const chosen = access === 'asked' ? {} : page.choosing(access);
    const redirected = page.redirect ?? (await this.submit(page, { ...chosen, decision })).redirect;
    if (redirected) return redirected;
    throw new Error(`no redirect to the client, but: ${page.text.slice(0, 500)}`);
  }

  get(url: URL): Promise<Page> {
    return this.#request(url, { method: 'GET' });
  }

  /** Posts a page's form with its hidden fields and the given ones. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.#request(new URL(page.action, page.url), {
      method: 'POST',
      headers: { origin: page.url.origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...page.hiddenFields, ...fields }).toString(),
    });
  }

  async #request(url: URL, init: RequestInit & { headers?: Record<string, string> }): Promise<Page> {
    const cookie = this.#cookies.header;
    const response = await fetch(url, {
      ...init,
      headers: { ...init.headers, ...(cookie && { cookie }) },
      redirect: 'manual',
    });
    this.#cookies.keep(response);
    const location = response.headers.get('location');
    if (location === null) return new Page(url, response.status, await response.text());
    await response.body?.cancel();
    const target = new URL(location, url);
    return target.origin === url.origin ? this.get(target) : new Page(url, response.status, '', target);
  }
}

/** One page, as far as its first form goes. */
export class Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** Where the browser was sent, outside of the gateway. */
  readonly redirect: URL | undefined;

  constructor(url: URL, status: number, text: string, redirect?: URL) {
    this.url = url;
    this.status = status;
    this.text = text;
    this.redirect = redirect;
  }

  get action(): string {
    return decodeEntities(/<form[^>]*\baction="([^"]*)"/.exec(this.text)?.[1] ?? this.url.pathname);
  }

  get hiddenFields(): Record<string, string> {
    const inputs = this.text.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
    return Object.fromEntries(
      inputs.map(input => [
        decodeEntities(/\bname="([^"]*)"/.exec(input)?.[1] ?? ''),
        decodeEntities(/\bvalue="([^"]*)"/.exec(input)?.[1] ?? ''),
      ]),
    );
  }

  /** The fields of a page's radio buttons, each group set to the same value. */
  choosing(value: string): Record<string, string> {
    const radios = this.text.match(/<input[^>]*type="radio"[^>]*>/g) ?? [];
    return Object.fromEntries(radios.map(radio => [/\bname="([^"]*)"/.exec(radio)?.[1] ?? '', value]));
  }

  hasField(name: string): boolean {
    return name in this.hiddenFields;
  }
}

function decodeEntities(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name] ?? whole;
  });
}
