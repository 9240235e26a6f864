import type { JWTPayload } from 'jose';
import { type SignedToken, typeFault } from '../../identity/signed-token.ts';
import {
  audienceFault,
  narrowingFault,
  scopesIn,
  textFault,
  timeFault,
} from '../../identity/token-checks.ts';
import type { TokenFault } from '../../identity/token-fault.ts';
import type { ExternalIssuer } from './issuers.ts';

/** What an access token of somebody else must be for. */
export interface AccessTokenRules {
  /** The resource that is asked with it, which is the audience. */
  readonly resource: string;
  /** Now, as Unix time in seconds. */
  readonly now: number;
}

/** What an access token says, once {@link accessTokenFault} found nothing. */
export interface ExternalAccess {
  readonly sub: string;
  /** The client, below its issuer: it is no client of ours, whatever its name. */
  readonly client: string;
  readonly scopes: readonly string[];
  /** Unix time in milliseconds. */
  readonly issuedAtMs: number;
  /** Unix time in seconds. */
  readonly expiresAt: number;
}

/** What is wrong with the claims of a JWT access token (RFC 9068 section 4); null when nothing is. */
export function accessTokenFault(
  token: SignedToken,
  { type }: Pick<ExternalIssuer, 'type'>,
  { resource, now }: AccessTokenRules,
): TokenFault | null {
  const { claims } = token;
  return (
    typeFault(token, type === 'JWT' ? ['jwt', null] : [type]) ??
    textFault(claims, 'iss', 'sub', clientClaim(claims)) ??
    narrowingFault(claims) ??
    audienceFault(claims, [resource]) ??
    timeFault(claims, { now, needsIssuedAt: true })
  );
}

/** Reads what a checked access token says. */
export function accessIn({ claims }: SignedToken, { id }: Pick<ExternalIssuer, 'id'>): ExternalAccess {
  const { sub = '', iat = 0, exp = 0 } = claims;
  return {
    sub,
    client: `${id}|${claims[clientClaim(claims)]}`,
    scopes: scopesIn(claims.scope ?? claims.scp),
    issuedAtMs: iat * 1000,
    expiresAt: exp,
  };
}

/** The standard's name for the client, and what others call it (OpenID Connect Core 1.0 section 2). */
function clientClaim(claims: JWTPayload): string {
  return claims.client_id === undefined && claims.azp !== undefined ? 'azp' : 'client_id';
}
