import { Page } from '../../src/cli/form-browser.ts';

/**
 * A browser that goes from host to host as a sign-in with an identity provider does: it follows redirects on
 * this machine, keeps the cookies of each host apart, and posts forms. Elsewhere it stops.
 */
export class WebBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

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
    headers.set('cookie', this.cookieHeader(at));
    const response = await fetch(at, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.#keep(at.host, cookie);
    return response;
  }

  /** Posts a page's form with its hidden fields and the given ones, and follows where that leads. */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.go(...submission(page, fields));
  }

  /** The same without following: for the redirect itself. */
  submitOnly(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.open(...submission(page, fields));
  }

  /** The cookies that a host of this address would be sent. */
  cookieHeader(url: URL | string): string {
    const cookies = this.#cookies.get(new URL(url).host) ?? new Map<string, string>();
    return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(host: string, cookie: string): void {
    const [pair = ''] = cookie.split(';', 1);
    const separator = pair.indexOf('=');
    const [name, value] = [pair.slice(0, separator), pair.slice(separator + 1)];
    const ofHost = this.#cookies.get(host) ?? new Map<string, string>();
    if (value === '') ofHost.delete(name);
    else ofHost.set(name, value);
    this.#cookies.set(host, ofHost);
  }
}

function submission(page: Page, fields: Readonly<Record<string, string>>): [URL, RequestInit] {
  const body = new URLSearchParams({ ...page.hiddenFields, ...fields });
  return [new URL(page.action, page.url), { method: 'POST', headers: { origin: page.url.origin }, body }];
}

function isHere({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1';
}
