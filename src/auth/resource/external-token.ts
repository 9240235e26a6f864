import { OAuthError } from '@cloudflare/workers-oauth-provider';
import type { Env } from '../../env.ts';
import { accessIn, accessTokenFault, type ExternalAccess } from '../../grants/external/access-token.ts';
import { externalIssuers } from '../../grants/external/issuers.ts';
import { clientSource } from '../../grants/proof.ts';
import { baseScope } from '../../grants/resources.ts';
import { scopesWithin } from '../../grants/scope-choice.ts';
import { standingInstallationsOf } from '../../grants/standing-installations.ts';
import { tenantOf } from '../../grants/tenant.ts';
import { userAccessOf } from '../../grants/user-access.ts';
import { userIdOf } from '../../grants/user-id.ts';
import type { Person } from '../../identity/person.ts';
import { readSignedToken, signatureFault } from '../../identity/signed-token.ts';
import { faultCode, faultText, type TokenFault } from '../../identity/token-fault.ts';
import { vouchedPerson } from '../../identity/vouched-person.ts';
import { rightsOf } from '../../principal.ts';
import type { TokenAnswer, TokenQuestion } from './token-question.ts';

/**
 * Checks a JWT access token of an external issuer (RFC 9068 section 4). With none set up, every one is refused.
 * @throws OAuthError `invalid_token`, `insufficient_scope`, or `temporarily_unavailable` where the issuer's keys cannot be
 *   read.
 */
export async function validateExternalToken(question: TokenQuestion): Promise<TokenAnswer> {
  const { env, deployment, resource } = question;
  const token = readSignedToken(question.token);
  const issuer = externalIssuers(env).find(each => each.issuer === token?.claims.iss);
  if (!token || !issuer) return null;
  const now = Math.floor(Date.now() / 1000);
  const fault =
    accessTokenFault(token, issuer, { resource, now }) ??
    (await signatureFault(token, issuer, issuer.algorithms));
  if (fault) throw refused(fault);
  const access = accessIn(token, issuer);
  const person = vouchedPerson(issuer, { ...token.claims, sub: access.sub });
  if ('kind' in person) throw refused(person);
  const { tenant, subject, roles } = person;
  const owner = { tenant, subject };
  const scope = scopesWithin(deployment.site, resource, { within: [access.scopes], roles });
  requireBase(scope, baseScope(deployment.site, resource));
  await requireWelcome(env, person, access);
  const keeper = standingInstallationsOf(env, owner);
  const installation = await keeper.standingInstallation(owner, access.client, resource);
  // Again: what ended in between found nothing of this installation to end.
  await requireWelcome(env, person, access);
  return {
    props: { tenant, subject, ...rightsOf(person), installation, endsAtMs: access.expiresAt * 1000 },
    audience: resource,
    expiresAt: access.expiresAt,
    scope,
    userId: userIdOf(deployment.settings.keyRing, owner),
    clientId: access.client,
  };
}

/** Neither the access of the user nor the client may have been ended here, whatever the issuer says. */
async function requireWelcome(
  env: Env,
  { tenant, subject, roles }: Person,
  { client, issuedAtMs }: ExternalAccess,
): Promise<void> {
  const owner = { tenant, subject };
  const [isGood, isAllowed] = await Promise.all([
    userAccessOf(env, owner).isProofGood({
      provedAtMs: issuedAtMs,
      clock: 'foreign',
      source: clientSource(client),
    }),
    tenantOf(env, owner.tenant).clientConnected(owner, client, roles),
  ]);
  if (!isGood || !isAllowed) throw refused({ kind: 'withdrawn' });
}

/** RFC 6750 section 3.1: what the token lacks is named, so that its client can get another. */
function requireBase(scopes: readonly string[], base: string): void {
  if (scopes.includes(base)) return;
  const description = `The access token needs the scope ${base}.`;
  throw new OAuthError('insufficient_scope', { description, requiredScopes: [base] });
}

function refused(fault: TokenFault): OAuthError {
  const code = faultCode(fault, 'invalid_token');
  const description = faultText('The access token', fault);
  if (code === 'invalid_token') return new OAuthError(code, { description });
  return new OAuthError(code, { description, statusCode: 503, headers: { 'retry-after': '5' } });
}
