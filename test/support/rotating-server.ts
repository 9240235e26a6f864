import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, type Running } from './identity-provider.ts';

/** The client that may refresh here. */
export const ROTATING_CLIENT = { id: 'gatehouse', secret: 'secret-of-the-client' } as const;

/** How a request is answered in place of the right way. */
export type Misbehaviour = (response: ServerResponse, tokens: () => object) => void;

/**
 * A stand-in for an authorization server whose refresh tokens are good once (RFC 9700 section 4.14.2): one that is used
 * again ends its family. It counts, and can be told to misbehave as no real one does on request. It checks the client, the
 * grant and the form strictly.
 */
export class RotatingServer {
  /** The refresh token that is good now, of each family. */
  readonly #current = new Map<string, string>();
  #running: Running | undefined;
  /** Where it is, once it was started. */
  origin = '';
  /** How many requests came to the token endpoint. */
  count = 0;
  /** What came, one line each: how the client proved itself. */
  readonly proofs: string[] = [];
  /** How long access tokens live; undefined to say nothing of it. */
  expiresInSeconds: number | undefined = 3600;
  /** What it names in its metadata. */
  methods: readonly string[] | undefined = ['client_secret_basic', 'client_secret_post'];
  misbehaves: Misbehaviour | null = null;

  async start(port: number): Promise<void> {
    this.origin = `http://127.0.0.1:${port}`;
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#running = await listen(server, port);
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  /** A refresh token of a new family. */
  newFamily(): string {
    return this.#rotated(randomBytes(8).toString('hex'));
  }

  #rotated(family: string): string {
    const token = `${family}.${randomBytes(8).toString('hex')}`;
    this.#current.set(family, token);
    return token;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', this.origin).pathname;
    if (path === '/.well-known/openid-configuration') return json(response, 200, this.#metadata());
    if (path !== '/token' || request.method !== 'POST') return json(response, 404, {});
    this.count += 1;
    const form = new URLSearchParams(await bodyOf(request));
    const proof = proofOf(request, form);
    this.proofs.push(proof);
    if (proof === 'none') return json(response, 401, { error: 'invalid_client' });
    const family = (form.get('refresh_token') ?? '').split('.')[0] ?? '';
    const isGood =
      form.get('grant_type') === 'refresh_token' && this.#current.get(family) === form.get('refresh_token');
    const tokens = () => this.#tokens(family);
    if (this.misbehaves) return this.misbehaves(response, tokens);
    if (isGood) return json(response, 200, tokens());
    this.#current.delete(family);
    return json(response, 400, { error: 'invalid_grant', error_description: 'used up' });
  }

  #tokens(family: string): object {
    return {
      access_token: `access-${randomBytes(8).toString('hex')}`,
      token_type: 'bearer',
      refresh_token: this.#rotated(family),
      ...(this.expiresInSeconds !== undefined && { expires_in: this.expiresInSeconds }),
    };
  }

  #metadata(): object {
    return {
      issuer: this.origin,
      authorization_endpoint: `${this.origin}/authorize`,
      token_endpoint: `${this.origin}/token`,
      ...(this.methods && { token_endpoint_auth_methods_supported: this.methods }),
    };
  }
}

/** Answers with JSON as a token endpoint does (RFC 6749 section 5.1). */
export function json(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/** In which way the client proved itself; `none` where it did not. */
function proofOf(request: IncomingMessage, form: URLSearchParams): string {
  const { id, secret } = ROTATING_CLIENT;
  const { authorization = '' } = request.headers;
  // Both halves are form-encoded before they are joined (RFC 6749 section 2.3.1).
  const halves = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':');
  const isBasic = halves.map(half => decodeURIComponent(half)).join() === [id, secret].join();
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded;charset=UTF-8') return 'none';
  if (isBasic && !form.has('client_secret')) return 'basic';
  const isPost = form.get('client_id') === id && form.get('client_secret') === secret;
  return isPost && authorization === '' ? 'post' : 'none';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
