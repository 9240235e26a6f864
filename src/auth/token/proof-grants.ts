import type { Env } from '../../env.ts';
import { knownClients } from '../../grants/clients/known-clients.ts';
import { enterpriseIssuers } from '../../grants/enterprise/issuers.ts';
import { CLIENT_CREDENTIALS, JWT_BEARER } from '../../grants/grant-types.ts';
import { clientCredentialsGrant } from './client-credentials-grant.ts';
import { enterpriseGrant } from './enterprise-grant.ts';
import type { ProofRequest } from './proof-request.ts';
import { tokenError } from './token-error.ts';

type ProofGrant = (request: ProofRequest) => Promise<Response>;

/** The grants by which a token is had for a proof, without a browser. */
const PROOF_GRANTS: ReadonlyMap<string, ProofGrant> = new Map([
  [CLIENT_CREDENTIALS, clientCredentialsGrant],
  [JWT_BEARER, enterpriseGrant],
]);

const NOT_SET_UP = 'This client was not set up for this grant type; add it to its grants in OAUTH_CLIENTS.';

/** The grants of this kind that the settings leave any use for. */
export function proofGrantTypes(env: Env): string[] {
  const granted = new Set<string>([...knownClients(env).values()].flatMap(({ grants }) => grants));
  const isUsed = (type: string) =>
    granted.has(type) && (type !== JWT_BEARER || enterpriseIssuers(env).length > 0);
  return [...PROOF_GRANTS.keys()].filter(isUsed);
}

/** Serves a request for a token by a proof; null for one of another grant type. */
export function serveProofGrant(request: ProofRequest): Response | Promise<Response> | null {
  const type = request.form.get('grant_type') ?? '';
  const grant = PROOF_GRANTS.get(type);
  if (!grant) return null;
  const isSetUp = request.client.grants.some(each => each === type);
  return isSetUp ? grant(request) : tokenError('unauthorized_client', NOT_SET_UP);
}
