import { type SignedToken, typeFault } from '../../identity/signed-token.ts';
import { audienceFault, textFault, timeFault } from '../../identity/token-checks.ts';
import type { TokenFault } from '../../identity/token-fault.ts';

/** The `client_assertion_type` of a JWT (RFC 7523 section 2.2). */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The longest time that an assertion may be valid for. It is how long its use is remembered. */
export const MAX_ASSERTION_SECONDS = 600;

/** Clients need not send a `typ`; those that do, send one of these (RFC 7519 section 5.1, draft-ietf-oauth-rfc7523bis). */
const TYPES = [null, 'jwt', 'client-authentication+jwt'];

/** What an assertion must be for. */
export interface AssertionRules {
  readonly clientId: string;
  /** Our issuer identifier and token endpoint: either may be the audience. */
  readonly audiences: readonly string[];
  /** Now, as Unix time in seconds. */
  readonly now: number;
}

/** What is wrong with the claims by which a client says who it is (RFC 7523 section 3); null when nothing is. */
export function clientAssertionFault(
  token: SignedToken,
  { clientId, audiences, now }: AssertionRules,
): TokenFault | null {
  const { claims } = token;
  return (
    typeFault(token, TYPES) ??
    textFault(claims, 'iss', 'sub', 'jti') ??
    (claims.iss === clientId && claims.sub === clientId ? null : { kind: 'client' }) ??
    audienceFault(claims, audiences) ??
    timeFault(claims, { now, maxLifetimeSeconds: MAX_ASSERTION_SECONDS, needsIssuedAt: false })
  );
}
