import type { OAuthAuthorizationServer } from '@cloudflare/workers-oauth-provider';
import type { Env } from '../../src/env.ts';
import type { ProvenClient } from '../../src/grants/clients/client-overlay.ts';
import type { TokenRequestPlace } from '../../src/grants/grant-store.ts';
import type { Site } from '../../src/grants/resources.ts';
import { type Redemption, redeemedGrant, redemptionOf } from '../../src/grants/token-request.ts';
import type { Redemptions, TokenAnswer } from './redemptions.ts';

/** Headers of every answer that may hold a token (RFC 6749 section 5.1). */
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };

/** The library's environment, with what it may take for granted of the client. */
type EnvFor = (proven: ProvenClient | null) => Env;

/**
 * The token and revocation endpoint for one user. Token requests come one at a time, so a code or refresh token is used once,
 * however many ask at the same moment (security requirements 3 and 4).
 */
export class TokenDesk {
  readonly #serverOf: (site: Site) => OAuthAuthorizationServer<Env>;
  readonly #envFor: EnvFor;
  readonly #redemptions: Redemptions;
  readonly #onRedeemed: (grantKey: string) => void;
  #line: Promise<unknown> = Promise.resolve();

  /** `onRedeemed` is told the key of a grant whose code has just been redeemed. */
  constructor(
    serverOf: (site: Site) => OAuthAuthorizationServer<Env>,
    envFor: EnvFor,
    redemptions: Redemptions,
    onRedeemed: (grantKey: string) => void,
  ) {
    this.#serverOf = serverOf;
    this.#envFor = envFor;
    this.#redemptions = redemptions;
    this.#onRedeemed = onRedeemed;
  }

  /**
   * Serves a token request after all that came before it. A revocation gives nothing away and does not wait: an identity
   * provider that is being asked for somebody else must not hold it up.
   */
  async serve(
    request: Request,
    { site, proven }: Pick<TokenRequestPlace, 'site' | 'proven'>,
    ctx: ExecutionContext,
  ): Promise<Response> {
    // The line is one; the name that a request came in by is each request's own.
    const server = this.#serverOf(site);
    const body = await request.text();
    const form = new URLSearchParams(body);
    const ask = () => server.fetch(new Request(request, { body }), this.#envFor(proven), ctx);
    if (!form.has('grant_type')) return ask();
    const redemption = redemptionOf(form, request.headers.get('authorization'));
    const served = this.#line.then(() =>
      redemption ? this.#refresh(server, redemption, ask) : this.#redeem(form, ask),
    );
    this.#line = served.catch(() => {});
    return served;
  }

  /** Serves what is no refresh: a code, or a grant type of which the library knows. */
  async #redeem(form: URLSearchParams, ask: () => Promise<Response>): Promise<Response> {
    const response = await ask();
    const grant = redeemedGrant(form);
    if (response.ok && grant !== null) this.#onRedeemed(grant);
    return response;
  }

  async #refresh(
    server: OAuthAuthorizationServer<Env>,
    redemption: Redemption,
    ask: () => Promise<Response>,
  ): Promise<Response> {
    const earlier = this.#redemptions.earlier(redemption, Date.now());
    if (earlier?.kind === 'retry') return respond(earlier.answer);
    if (earlier?.kind === 'replay') return this.#endFamily(server, redemption);
    const response = await ask();
    const answer = { status: response.status, body: await response.text() };
    if (response.ok) this.#redemptions.remember(redemption, answer, Date.now());
    return new Response(answer.body, response);
  }

  /** A token that comes again was stolen, from the client or by it: nobody keeps anything. */
  async #endFamily(
    server: OAuthAuthorizationServer<Env>,
    { userId, grantId }: Redemption,
  ): Promise<Response> {
    await server.getOAuthApi(this.#envFor(null)).revokeGrant(grantId, userId);
    this.#redemptions.forget(grantId);
    const description = 'This refresh token was used before. The grant has been revoked; sign in again.';
    return respond({
      status: 400,
      body: JSON.stringify({ error: 'invalid_grant', error_description: description }),
    });
  }
}

function respond({ status, body }: TokenAnswer): Response {
  return new Response(body, { status, headers: HEADERS });
}
