import {
  authorizationUrl,
  Browser,
  postForm,
  REDIRECT_URI,
  type RegisteredClient,
  VERIFIER,
} from './oauth.ts';
import { RawClient } from './raw-client.ts';

/** What the token endpoint answered. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
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

  static async signIn(origin: string, client: RegisteredClient, user = 'ada'): Promise<Device> {
    const browser = new Browser(origin);
    const url = authorizationUrl(origin, client);
    await browser.signIn(url, user);
    const approved = await browser.post('/authorize', {
      ...(await browser.formAt(url)),
      decision: 'approve',
    });
    const code = new URL(approved.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const answer = await postForm(`${origin}/oauth/token`, {
      grant_type: 'authorization_code',
      client_id: client.client_id,
      redirect_uri: REDIRECT_URI,
      code,
      code_verifier: VERIFIER,
    });
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
