import { createServer, type IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { CLIENT, listen, type Running } from './identity-provider.ts';

/** What a test may make wrong about an ID token. Undefined leaves a claim out. */
export type Changes = Readonly<Record<string, unknown>>;

/**
 * A provider that says whatever a test wants, honest or not. No real one can be made to send a wrong issuer or an unsigned
 * token; for all that goes well, tests use the real one of `identity-provider.ts`.
 */
export class ScriptedProvider {
  readonly issuer: string;
  readonly #port: number;
  readonly #tokens = new Map<string, string>();
  #key: CryptoKey | undefined;
  #published: JWK[] = [];
  #kid = 0;
  /** The forms that came to the token endpoint. */
  readonly redeemed: URLSearchParams[] = [];
  /** How often the keys were read. */
  keyReads = 0;
  /** What a refresh token is answered with. */
  refreshAnswer: [status: number, body: object | string] = [400, { error: 'invalid_grant' }];
  /** Whether the keys cannot be read. */
  hidesKeys = false;

  constructor(port: number) {
    this.#port = port;
    this.issuer = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<Running> {
    await this.rotate();
    return listen(
      createServer((request, response) => {
        void this.#answer(request).then(([status, body]) => {
          const text = typeof body === 'string' ? body : JSON.stringify(body);
          response.writeHead(status, { 'content-type': 'application/json' }).end(text);
        });
      }),
      this.#port,
    );
  }

  /** Replaces the signing key by one with a new `kid`. The old one is published no longer. */
  async rotate(): Promise<void> {
    this.#published = [];
    await this.#newKey(true);
  }

  /** Signs with a key that is not published, under the `kid` of one that is. */
  async signAsSomebodyElse(): Promise<void> {
    await this.#newKey(false);
  }

  /** Answers a code with an ID token for a nonce. */
  async grant(code: string, nonce: string, changes: Changes = {}): Promise<void> {
    this.#tokens.set(code, await this.idToken(nonce, changes));
  }

  /** A signed ID token for a nonce. */
  idToken(nonce: string | undefined, changes: Changes): Promise<string> {
    const token = new SignJWT(this.#claims(nonce, changes));
    if (!this.#key) throw new Error('not started');
    return token.setProtectedHeader({ alg: 'RS256', kid: `k${this.#kid}` }).sign(this.#key);
  }

  /** Answers a code with an ID token that nobody signed. */
  grantUnsigned(code: string, nonce: string, header: object = { alg: 'none' }, signature = ''): void {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    this.#tokens.set(code, `${part(header)}.${part(this.#claims(nonce, {}))}.${signature}`);
  }

  #claims(nonce: string | undefined, changes: Changes): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: this.issuer, aud: CLIENT.id, sub: 'mallory', iat: now, exp: now + 60, nonce };
    return { ...right, groups: ['staff'], ...changes };
  }

  async #newKey(isPublished: boolean): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    this.#key = privateKey;
    if (!isPublished) return;
    this.#kid += 1;
    this.#published = [{ ...(await exportJWK(publicKey)), kid: `k${this.#kid}`, use: 'sig', alg: 'RS256' }];
  }

  async #answer(request: IncomingMessage): Promise<[status: number, body: object | string]> {
    const { issuer } = this;
    if (request.url === '/.well-known/openid-configuration') {
      const metadata = {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        authorization_response_iss_parameter_supported: true,
        // Claimed, so that refusing unsigned tokens is the gateway's own doing.
        id_token_signing_alg_values_supported: ['RS256', 'none', 'HS256'],
      };
      return [200, metadata];
    }
    if (request.url === '/keys') {
      this.keyReads += 1;
      if (this.hidesKeys) return [500, {}];
      return [200, { keys: this.#published }];
    }
    if (request.url === '/token') return this.#redeem(new URLSearchParams(await bodyOf(request)));
    return [404, {}];
  }

  #redeem(form: URLSearchParams): [status: number, body: object | string] {
    this.redeemed.push(form);
    if (form.get('grant_type') === 'refresh_token') return this.refreshAnswer;
    const code = form.get('code') ?? '';
    const id_token = this.#tokens.get(code);
    this.#tokens.delete(code);
    if (!id_token) return [400, { error: 'invalid_grant' }];
    return [200, { access_token: 'upstream-access-token', token_type: 'Bearer', expires_in: 60, id_token }];
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
