import { createHash, randomBytes } from 'node:crypto';
import type { OAuthAuthorizationServer } from '@cloudflare/workers-oauth-provider';
import { toBase64url } from '../../src/crypto/bytes.ts';
import type { Env } from '../../src/env.ts';
import { PATHS } from '../../src/grants/authorization-server.ts';
import { AUTHORIZATION_CODE } from '../../src/grants/grant-types.ts';
import type { GrantMetadata, GrantProps } from '../../src/grants/installation.ts';
import type { TokenOrder } from '../../src/grants/token-order.ts';
import { type Installation, rightsOf } from '../../src/principal.ts';

/** Where the code of an internal step would be sent. The name is nobody's (RFC 2606), and nothing is sent there. */
export const INTERNAL_REDIRECT_URI = 'https://token-maker.invalid/';

/** A token that was made, and the grant that it came from. */
export interface MadeToken {
  /** The answer of the token endpoint, in JSON. */
  readonly body: string;
  readonly grantId: string;
}

/**
 * Makes ordinary tokens of the authorization library without a browser: it consents in the place of whoever brought a proof,
 * and redeems the code at once. So there is a grant, and whatever ends grants ends this one too.
 */
export class TokenFactory {
  readonly #server: OAuthAuthorizationServer<Env>;
  readonly #env: Env;

  /**
   * @param server one that gives no refresh tokens.
   * @param env shows the client as public, with {@link INTERNAL_REDIRECT_URI} as its redirect URI.
   */
  constructor(server: OAuthAuthorizationServer<Env>, env: Env) {
    this.#server = server;
    this.#env = env;
  }

  /** Makes one token that belongs to an installation. */
  async make(
    order: TokenOrder,
    userId: string,
    installation: Installation,
    ctx: ExecutionContext,
  ): Promise<MadeToken> {
    const verifier = toBase64url(randomBytes(32));
    const code = await this.#authorize(order, userId, installation, verifier);
    const response = await this.#server.fetch(redemption(order, code, verifier), this.#env, ctx);
    const body = await response.text();
    if (!response.ok)
      throw new Error(`the authorization library answered ${response.status} to its own code`);
    return { body, grantId: code.split(':')[1] ?? '' };
  }

  async #authorize(
    { owner: { tenant, subject }, site, client, resource, scopes, ...rights }: TokenOrder,
    userId: string,
    installation: Installation,
    verifier: string,
  ): Promise<string> {
    const { redirectTo } = await this.#server.getOAuthApi(this.#env).completeAuthorization({
      request: {
        responseType: 'code',
        clientId: client,
        redirectUri: INTERNAL_REDIRECT_URI,
        scope: [...scopes],
        state: '',
        codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
        codeChallengeMethod: 'S256',
        resource,
        issuer: site.origin,
      },
      userId,
      scope: [...scopes],
      metadata: { installation: installation.id } satisfies GrantMetadata,
      props: { tenant, subject, ...rightsOf(rights), installation } satisfies GrantProps,
      revokeExistingGrants: false,
    });
    return new URL(redirectTo).searchParams.get('code') ?? '';
  }
}

function redemption({ site, client, resource }: TokenOrder, code: string, verifier: string): Request {
  return new Request(`${site.origin}${PATHS.token}`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: AUTHORIZATION_CODE,
      code,
      redirect_uri: INTERNAL_REDIRECT_URI,
      client_id: client,
      code_verifier: verifier,
      resource,
    }),
  });
}
