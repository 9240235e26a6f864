import { grantIn, idJagFault } from '../../grants/enterprise/id-jag.ts';
import { type EnterpriseIssuer, enterpriseIssuers } from '../../grants/enterprise/issuers.ts';
import { clientSource } from '../../grants/proof.ts';
import { baseScope, resourcesOf } from '../../grants/resources.ts';
import { singleUseOf } from '../../grants/single-use.ts';
import type { Person } from '../../identity/person.ts';
import { readSignedToken, type SignedToken, signatureFault } from '../../identity/signed-token.ts';
import type { TokenFault } from '../../identity/token-fault.ts';
import { vouchedPerson } from '../../identity/vouched-person.ts';
import { rightsOf } from '../../principal.ts';
import { deliver, grantedScopes, type ProofRequest } from './proof-request.ts';
import { faultyToken, tokenError } from './token-error.ts';

const ID_JAG = 'The ID-JAG';

/** A client acts for a person, because their organisation says that it may (RFC 7523 section 2.1, with an ID-JAG). */
export async function enterpriseGrant(request: ProofRequest): Promise<Response> {
  const { env, client, form } = request;
  const assertion = form.get('assertion');
  if (assertion === null) return tokenError('invalid_request', 'The parameter assertion is missing.');
  const token = readSignedToken(assertion);
  if (!token) return refuse({ kind: 'malformed' });
  const issuer = enterpriseIssuers(env).find(
    ({ issuer: name, clients }) => name === token.claims.iss && clients.includes(client.id),
  );
  if (!issuer) return refuse({ kind: 'issuer' });
  const fault = await idJagRefusal(request, issuer, token);
  if (fault) return refuse(fault);
  const person = vouchedPerson(issuer, { ...token.claims, sub: grantIn(token).sub });
  return 'kind' in person ? refuse(person) : order(request, issuer, token, person);
}

/** The token that a checked ID-JAG brings. Its own scopes bound it too, but for the basic one, which always comes. */
function order(
  request: ProofRequest,
  issuer: EnterpriseIssuer,
  token: SignedToken,
  person: Person,
): Response | Promise<Response> {
  const { tenant, subject, roles } = person;
  const { site } = request.deployment;
  const { resource, scopes: said, issuedAtMs } = grantIn(token);
  const own = said === null ? [] : [[...said, baseScope(site, resource)]];
  const scopes = grantedScopes(request, resource, { within: [issuer.scopes, ...own], roles });
  if (!Array.isArray(scopes)) return scopes;
  return deliver(request, ID_JAG, {
    owner: { tenant, subject },
    ...rightsOf(person),
    site,
    client: request.client.id,
    resource,
    scopes,
    proof: { provedAtMs: issuedAtMs, clock: 'foreign', source: clientSource(request.client.id) },
    singleUse: singleUseOf('id-jag', token),
  });
}

async function idJagRefusal(
  { deployment: { site }, client, form }: ProofRequest,
  issuer: EnterpriseIssuer,
  token: SignedToken,
): Promise<TokenFault | null> {
  const rules = {
    audience: site.origin,
    clientId: client.id,
    resources: resourcesOf(site),
    askedResource: form.get('resource'),
    now: Math.floor(Date.now() / 1000),
  };
  return idJagFault(token, rules) ?? signatureFault(token, issuer, issuer.algorithms);
}

function refuse(fault: TokenFault): Response {
  return faultyToken(ID_JAG, fault, 'invalid_grant');
}
