import { type SignedToken, typeFault } from '../../identity/signed-token.ts';
import {
  audienceFault,
  narrowingFault,
  scopesIn,
  textFault,
  timeFault,
} from '../../identity/token-checks.ts';
import type { TokenFault } from '../../identity/token-fault.ts';

/** The `typ` of an Identity Assertion JWT Authorization Grant. */
export const ID_JAG_TYPE = 'oauth-id-jag+jwt';

/** How metadata say that such grants are taken. */
export const ID_JAG_PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag';

/** The longest time that an ID-JAG may be valid for. It is how long its use is remembered. */
export const MAX_ID_JAG_SECONDS = 300;

/** What an ID-JAG must be for. */
export interface IdJagRules {
  /** Our issuer identifier, which is the audience. */
  readonly audience: string;
  /** The client that presents it, which has proved who it is. */
  readonly clientId: string;
  /** Everything that we issue tokens for. */
  readonly resources: readonly string[];
  /** The `resource` parameter of the request, which may only repeat what the ID-JAG says. */
  readonly askedResource: string | null;
  /** Now, as Unix time in seconds. */
  readonly now: number;
}

/** What an ID-JAG grants, once {@link idJagFault} found nothing. */
export interface IdJagGrant {
  readonly sub: string;
  readonly resource: string;
  /** The most that may be granted; null where it does not say. */
  readonly scopes: readonly string[] | null;
  /** When it was issued, Unix time in milliseconds. */
  readonly issuedAtMs: number;
}

/**
 * What is wrong with the claims of an ID-JAG (draft-ietf-oauth-identity-assertion-authz-grant section 3.1; RFC 7523 section
 * 3; MCP, Enterprise-Managed Authorization); null when nothing is. Its signature is another matter.
 */
export function idJagFault(token: SignedToken, rules: IdJagRules): TokenFault | null {
  const { claims } = token;
  return (
    typeFault(token, [ID_JAG_TYPE]) ??
    textFault(claims, 'iss', 'sub', 'client_id', 'jti', 'resource') ??
    narrowingFault(claims) ??
    audienceFault(claims, [rules.audience]) ??
    (claims.client_id === rules.clientId ? null : { kind: 'client' }) ??
    resourceFault(claims.resource, rules) ??
    timeFault(claims, { now: rules.now, maxLifetimeSeconds: MAX_ID_JAG_SECONDS, needsIssuedAt: true })
  );
}

/** Reads what a checked ID-JAG grants. */
export function grantIn({ claims }: SignedToken): IdJagGrant {
  const { sub = '', resource, scope, iat = 0 } = claims;
  return {
    sub,
    resource: String(resource),
    scopes: scope === undefined ? null : scopesIn(scope),
    issuedAtMs: iat * 1000,
  };
}

function resourceFault(resource: unknown, { resources, askedResource }: IdJagRules): TokenFault | null {
  const isOurs = resources.includes(String(resource));
  return isOurs && (askedResource ?? resource) === resource ? null : { kind: 'resource' };
}
