import { createHash, randomBytes } from 'node:crypto';
import { CookieJar } from '../../src/cli/cookie-jar.ts';
import { Page } from '../../src/cli/form-browser.ts';

/** A client as its registration made it (RFC 7591). */
export interface RegisteredClient {
  readonly client_id: string;
  readonly client_secret?: string;
}

/** What the token endpoint answers when it grants. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** The one redirect URI of registered test clients. */
export const REDIRECT_URI = 'https://app.example/callback';

/** A proof key and its challenge (RFC 7636). */
export const VERIFIER = randomBytes(32).toString('base64url');
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** Asks to register a client; public unless `metadata` says otherwise. */
export function register(
  origin: string,
  metadata: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const client = {
    client_name: 'Test client',
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    ...metadata,
  };
  return fetch(`${origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(client),
  });
}

/** Registers a client that must be accepted. */
export async function registered(origin: string, metadata: object = {}): Promise<RegisteredClient> {
  const response = await register(origin, metadata);
  if (response.status !== 201) throw new Error(`registration answered ${response.status}`);
  return (await response.json()) as RegisteredClient;
}

/** An authorization request of a client; undefined leaves a parameter out. */
export function authorizationUrl(
  origin: string,
  { client_id }: RegisteredClient,
  changes: Readonly<Record<string, string | undefined>> = {},
): URL {
  const url = new URL('/authorize', origin);
  const parameters = {
    response_type: 'code',
    client_id,
    redirect_uri: REDIRECT_URI,
    state: 'state-1',
    scope: 'mcp memory:read memory:write',
    resource: `${origin}/mcp/memory`,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** Posts a form to an endpoint of the authorization server. */
export function postForm(url: string, fields: Readonly<Record<string, string>>, headers: HeadersInit = {}) {
  return fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields), redirect: 'manual' });
}

/** Redeems a code as its client, with its secret where it has one; undefined leaves a parameter out. */
export function redeem(
  origin: string,
  { client_id, client_secret }: RegisteredClient,
  code: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Response> {
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    client_id,
    code_verifier: VERIFIER,
    ...changes,
  };
  const sent = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
  const headers = client_secret ? { authorization: `Basic ${basic}` } : {};
  return postForm(`${origin}/oauth/token`, Object.fromEntries(sent), headers);
}

/** A browser that keeps cookies and does what a page, or an attacker behind one, tells it. */
export class Browser {
  readonly #origin: string;
  readonly #cookies = new CookieJar();

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Goes on with the cookies of another browser, where the two have some of the same name. */
  takeCookies(other: Browser): void {
    this.#cookies.take(other.#cookies);
  }

  /** Keeps cookies that were not set by an answer. */
  addCookies(...cookies: readonly string[]): void {
    const headers = new Headers(cookies.map((cookie): [string, string] => ['set-cookie', cookie]));
    this.#cookies.keep(new Response(null, { headers }));
  }

  /** Opens an address without following where it leads. */
  async open(url: URL | string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', this.#cookies.header);
    const response = await fetch(new URL(url, this.#origin), { ...init, headers, redirect: 'manual' });
    this.#cookies.keep(response);
    return response;
  }

  /** Posts a form; as from our own page unless `headers` say otherwise. */
  post(path: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
    const body = new URLSearchParams(fields);
    return this.open(path, { method: 'POST', headers: { origin: this.#origin, ...headers }, body });
  }

  /** The hidden fields of the form that an address shows. */
  async formAt(url: URL): Promise<Record<string, string>> {
    const response = await this.open(url);
    return new Page(url, response.status, await response.text()).hiddenFields;
  }

  /** Signs in on the way to an authorization request, which then shows its consent page. */
  async signIn(url: URL, user: string): Promise<void> {
    const response = await this.post('/sign-in', { ...(await this.formAt(url)), user });
    if (response.status !== 303) throw new Error(`sign-in answered ${response.status}`);
  }

  /**
   * Approves an authorization request as who is signed in, also where that was done before and is not asked again.
   * @param choices of the consent page, such as `{'access.memory': 'read'}`; what was asked for unless told.
   * @returns the code.
   */
  async approve(url: URL, choices: Readonly<Record<string, string>> = {}): Promise<string> {
    const shown = await this.open(url);
    const page = new Page(url, shown.status, await shown.text());
    const answer = shown.headers.has('location')
      ? shown
      : await this.post('/authorize', { ...page.hiddenFields, ...choices, decision: 'approve' });
    return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  }
}
