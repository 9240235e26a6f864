import { CookieJar } from '../../src/cli/cookie-jar.ts';
import { Page } from '../../src/cli/form-browser.ts';

/**
 * A browser that goes from host to host as a sign-in with an identity provider does: it follows redirects on
 * this machine, keeps the cookies of each host apart, and posts forms. Elsewhere it stops.
 */
export class WebBrowser {
  readonly #jars = new Map<string, CookieJar>();

  /** Opens an address and follows where it leads. */
  async go(url: URL | string, init: RequestInit = {}): Promise<Page> {
    const at = new URL(url);
    const response = await this.open(at, init);
    const location = response.headers.get('location');
    if (location === null) return new Page(at, response.status, await response.text());
    await response.body?.cancel();
    const target = new URL(location, at);
    return isHere(target) ? this.go(target) : new Page(at, response.status, '', target);
  }

  /** Opens an address without following where it leads. */
  async open(url: URL | string, init: RequestInit = {}): Promise<Response> {
    const at = new URL(url);
    const headers = new Headers(init.headers);
    headers.set('cookie', this.#jarOf(at).header);
    const response = await fetch(at, { ...init, headers, redirect: 'manual' });
    this.#jarOf(at).keep(response);
    return response;
  }

  /** Posts a page's form with its hidden fields and the given ones, and follows where that leads. */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.go(...submission(page, fields));
  }

  /** Approves what a page asks; a client that was allowed it before has been sent back already. @returns where to. */
  async approve(page: Page): Promise<URL | undefined> {
    return page.redirect ?? (await this.submit(page, { decision: 'approve' })).redirect;
  }

  /** The same without following: for the redirect itself. */
  submitOnly(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.open(...submission(page, fields));
  }

  /** The cookies that a host of this address would be sent. */
  cookieHeader(url: URL | string): string {
    return this.#jarOf(new URL(url)).header;
  }

  #jarOf({ host }: URL): CookieJar {
    const jar = this.#jars.get(host) ?? new CookieJar();
    this.#jars.set(host, jar);
    return jar;
  }
}

function submission(page: Page, fields: Readonly<Record<string, string>>): [URL, RequestInit] {
  const body = new URLSearchParams({ ...page.hiddenFields, ...fields });
  return [new URL(page.action, page.url), { method: 'POST', headers: { origin: page.url.origin }, body }];
}

function isHere({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1';
}
