import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  OAuthTokens,
} from '@modelcontextprotocol/client';
import { type Decision, FormBrowser } from './form-browser.ts';

const REDIRECT_URL = 'http://127.0.0.1:33418/callback';

/**
 * An agent's side of OAuth, as the official clients of both SDK lines want it: it registers, keeps its tokens
 * and sends its person to the browser, who signs in as `user` and approves.
 */
export class AgentIdentity implements OAuthClientProvider {
  readonly redirectUrl = REDIRECT_URL;
  readonly user: string;
  readonly #browser = new FormBrowser();
  readonly #name: string;
  readonly #access: Decision['access'];
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #discovery: OAuthDiscoveryState | undefined;
  #verifier = '';
  #callback: URLSearchParams | undefined;

  /** `access` is what the person allows; an agent that may do everything need not ask again. */
  constructor(user: string, name = 'Gatehouse demo agent', access: Decision['access'] = 'write') {
    this.user = user;
    this.#name = name;
    this.#access = access;
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: this.#name,
      redirect_uris: [REDIRECT_URL],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  /** What the last authorization brought back to the redirect URI. */
  get callback(): URLSearchParams {
    if (!this.#callback) throw new Error('not authorized yet');
    return this.#callback;
  }

  get accessToken(): string {
    if (!this.#tokens) throw new Error('no tokens yet');
    return this.#tokens.access_token;
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.#client;
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client;
  }

  tokens(): OAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovery = state;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const decision = { decision: 'approve', access: this.#access } as const;
    this.#callback = (await this.#browser.authorize(url, this.user, decision)).searchParams;
  }
}
