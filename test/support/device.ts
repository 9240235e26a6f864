import { authorizationUrl, Browser, postForm, type RegisteredClient, redeem, type Tokens } from './oauth.ts';
import { RawClient } from './raw-client.ts';

/** What the token endpoint answered to a refresh. */
export interface TokenAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly error?: string; readonly error_description?: string };
}

/** One installation of a client, whose user has signed in and consented: a grant of its own. */
export class Device {
  readonly #origin: string;
  readonly #client: RegisteredClient;
  tokens: Tokens;

  private constructor(origin: string, client: RegisteredClient, tokens: Tokens) {
    this.#origin = origin;
    this.#client = client;
    this.tokens = tokens;
  }

  /** `changes` are to the authorization request, which is for the memory server unless they say otherwise. */
  static async signIn(
    origin: string,
    client: RegisteredClient,
    user = 'ada',
    changes: Readonly<Record<string, string>> = {},
  ): Promise<Device> {
    const browser = new Browser(origin);
    const url = authorizationUrl(origin, client, changes);
    await browser.signIn(url, user);
    return Device.approve(origin, client, browser, url);
  }

  /** The same in a browser where somebody has signed in already. */
  static async approve(
    origin: string,
    client: RegisteredClient,
    browser: Browser,
    url = authorizationUrl(origin, client),
  ): Promise<Device> {
    const { resource } = Object.fromEntries(url.searchParams);
    return Device.redeem(origin, client, await browser.approve(url), resource);
  }

  /** One whose user has consented already, with the code that this brought. */
  static async redeem(
    origin: string,
    client: RegisteredClient,
    code: string,
    resource?: string,
  ): Promise<Device> {
    const answer = await redeem(origin, client, code, { resource });
    return new Device(origin, client, (await answer.json()) as Tokens);
  }

  get clientId(): string {
    return this.#client.client_id;
  }

  /** The MCP endpoint of the memory server, with the access token as it is now. */
  get mcp(): RawClient {
    return new RawClient(`${this.#origin}/mcp/memory`, this.tokens.access_token);
  }

  /** Listens to changes as 2026 clients do. */
  listen(): Promise<Response> {
    return this.mcp.modern('subscriptions/listen', { notifications: { resourcesListChanged: true } });
  }

  /** Asks for new tokens, and takes them where there are any. */
  async refresh(): Promise<TokenAnswer> {
    const { client_id } = this.#client;
    const fields = { grant_type: 'refresh_token', client_id, refresh_token: this.tokens.refresh_token };
    const response = await postForm(`${this.#origin}/oauth/token`, fields);
    const body = (await response.json()) as Tokens & TokenAnswer['body'];
    if (response.ok) this.tokens = body;
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
  }

  async revoke(token: string): Promise<void> {
    const { client_id } = this.#client;
    const answer = await postForm(`${this.#origin}/oauth/revoke`, { client_id, token });
    if (answer.status !== 200) throw new Error(`revocation answered ${answer.status}`);
  }
}
