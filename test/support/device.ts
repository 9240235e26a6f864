import { authorizationUrl, Browser, postForm, type RegisteredClient, redeem, type Tokens } from './oauth.ts';
import { RawClient } from './raw-client.ts';

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
    const answer = await redeem(origin, client, await browser.approve(url), { resource });
    return new Device(origin, client, (await answer.json()) as Tokens);
  }

  get clientId(): string {
    return this.#client.client_id;
  }

  /** The MCP endpoint of the memory server, with the access token as it is now. */
  get mcp(): RawClient {
    return new RawClient(`${this.#origin}/mcp/memory`, this.tokens.access_token);
  }

  async refresh(): Promise<void> {
    const { client_id } = this.#client;
    const fields = { grant_type: 'refresh_token', client_id, refresh_token: this.tokens.refresh_token };
    this.tokens = (await (await postForm(`${this.#origin}/oauth/token`, fields)).json()) as Tokens;
  }

  async revoke(token: string): Promise<void> {
    const { client_id } = this.#client;
    const answer = await postForm(`${this.#origin}/oauth/revoke`, { client_id, token });
    if (answer.status !== 200) throw new Error(`revocation answered ${answer.status}`);
  }
}
