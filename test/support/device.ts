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

  static async signIn(origin: string, client: RegisteredClient, user = 'ada'): Promise<Device> {
    const browser = new Browser(origin);
    const url = authorizationUrl(origin, client);
    await browser.signIn(url, user);
    const answer = await redeem(origin, client, await browser.approve(url));
    return new Device(origin, client, (await answer.json()) as Tokens);
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
