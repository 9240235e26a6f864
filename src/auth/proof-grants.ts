import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import { clientOwner, type KnownClient, knownClients } from '../grants/clients/known-clients.ts';
import { grantIn, idJagFault } from '../grants/enterprise/id-jag.ts';
import { type EnterpriseIssuer, enterpriseIssuers } from '../grants/enterprise/issuers.ts';
import { CLIENT_CREDENTIALS, JWT_BEARER } from '../grants/grant-types.ts';
import { baseScope, endpointUrl, resourcesOf } from '../grants/resources.ts';
import { chosenScopes, type ScopeBounds, scopesWithin } from '../grants/scope-choice.ts';
import { singleUseOf } from '../grants/single-use.ts';
import { type TokenOrder, tokenMakerOf } from '../grants/token-order.ts';
import { readSignedToken, type SignedToken, signatureFault } from '../identity/signed-token.ts';
import { scopesIn } from '../identity/token-checks.ts';
import { faultText, type TokenFault } from '../identity/token-fault.ts';
import { vouchedPerson } from '../identity/vouched-person.ts';
import { faultyToken, tokenAnswer, tokenError } from './token-error.ts';

/** A token request of a known client that has proved who it is. */
export interface ProofRequest {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly client: KnownClient;
  readonly form: URLSearchParams;
}

type ProofGrant = (request: ProofRequest) => Promise<Response>;

const ID_JAG = 'The ID-JAG';

/** The grants by which a token is had for a proof, without a browser. */
const PROOF_GRANTS: Readonly<Record<string, ProofGrant>> = {
  [CLIENT_CREDENTIALS]: clientCredentials,
  [JWT_BEARER]: enterpriseGrant,
};

/** The grants of this kind that the settings leave any use for. */
export function proofGrantTypes(env: Env): string[] {
  const clients = [...knownClients(env).values()];
  const isUsed = (type: string) =>
    clients.some(({ grants }) => grants.some(grant => grant === type)) &&
    (type !== JWT_BEARER || enterpriseIssuers(env).length > 0);
  return Object.keys(PROOF_GRANTS).filter(isUsed);
}

/** Serves a request for a token by a proof; null for one of another grant type. */
export function serveProofGrant(request: ProofRequest): Promise<Response> | null {
  const type = request.form.get('grant_type') ?? '';
  if (!Object.hasOwn(PROOF_GRANTS, type)) return null;
  if (request.client.grants.some(grant => grant === type)) return PROOF_GRANTS[type]?.(request) ?? null;
  const description =
    'This client was not set up for this grant type; add it to its grants in OAUTH_CLIENTS.';
  return Promise.resolve(tokenError('unauthorized_client', description));
}

/** RFC 6749 section 4.4: a client acts for itself. */
async function clientCredentials({ env, deployment, client, form }: ProofRequest): Promise<Response> {
  const { site } = deployment;
  const resource = form.get('resource') ?? endpointUrl(site.origin, null);
  if (!resourcesOf(site).includes(resource)) return unknownResource();
  const bounds = { within: [client.scopes ?? []], roles: client.roles ?? [] };
  const scopes = scopesFor(deployment, resource, bounds, form);
  if (!Array.isArray(scopes)) return scopes;
  return deliver(env, 'This client', {
    owner: clientOwner(client),
    roles: bounds.roles,
    site,
    client: client.id,
    resource,
    scopes,
    provedAtMs: Date.now(),
    proof: null,
  });
}

/** RFC 7523 section 2.1 with an ID-JAG: a client acts for a person, because their organisation says that it may. */
async function enterpriseGrant(request: ProofRequest): Promise<Response> {
  const { env, deployment, client, form } = request;
  const assertion = form.get('assertion');
  if (assertion === null) return tokenError('invalid_request', 'The parameter assertion is missing.');
  const token = readSignedToken(assertion);
  if (!token) return refuse({ kind: 'malformed' });
  const issuer = enterpriseIssuers(env).find(
    each => each.issuer === token.claims.iss && each.clients.includes(client.id),
  );
  if (!issuer) return refuse({ kind: 'issuer' });
  const fault = await tokenFault(request, issuer, token);
  if (fault) return refuse(fault);
  const grant = grantIn(token);
  const person = vouchedPerson(issuer, { ...token.claims, sub: grant.sub });
  if ('kind' in person) return refuse(person);
  const { tenant, subject, roles } = person;
  const said = grant.scopes && [[...grant.scopes, baseScope(deployment.site, grant.resource)]];
  const bounds = { within: [issuer.scopes, ...(said ?? [])], roles };
  const scopes = scopesFor(deployment, grant.resource, bounds, form);
  if (!Array.isArray(scopes)) return scopes;
  return deliver(env, ID_JAG, {
    owner: { tenant, subject },
    roles,
    site: deployment.site,
    client: client.id,
    resource: grant.resource,
    scopes,
    provedAtMs: grant.issuedAtMs,
    proof: singleUseOf('id-jag', token),
  });
}

async function tokenFault(
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

/** The scopes of a token, or the answer that says why there are none. */
function scopesFor(
  { site }: Deployment,
  resource: string,
  bounds: ScopeBounds,
  form: URLSearchParams,
): string[] | Response {
  const allowed = scopesWithin(site, resource, bounds);
  const base = baseScope(site, resource);
  if (!allowed.includes(base)) {
    return tokenError(
      'invalid_target',
      `This client may not use this resource: it may not have the scope ${base}.`,
    );
  }
  const scopes = chosenScopes(site, resource, allowed, scopesIn(form.get('scope')));
  const most = `The most that can be had at this resource is: ${allowed.join(' ')}.`;
  return scopes ?? tokenError('invalid_scope', most);
}

async function deliver(env: Env, noun: string, order: TokenOrder): Promise<Response> {
  const delivery = await tokenMakerOf(env, order.owner).makeToken(order);
  if (delivery.kind === 'issued') return tokenAnswer(delivery.body);
  return tokenError('invalid_grant', faultText(noun, delivery));
}

function refuse(fault: TokenFault): Response {
  return faultyToken(ID_JAG, fault, 'invalid_grant');
}

function unknownResource(): Response {
  return tokenError(
    'invalid_target',
    'The resource is not one of this gateway; name one of its MCP endpoints.',
  );
}
