import { clientOwner } from '../../grants/clients/known-clients.ts';
import { clientSource } from '../../grants/proof.ts';
import { endpointUrl, resourcesOf } from '../../grants/resources.ts';
import { rightsOf } from '../../principal.ts';
import { deliver, grantedScopes, type ProofRequest } from './proof-request.ts';
import { tokenError } from './token-error.ts';

const UNKNOWN_RESOURCE = 'The resource is not one of this gateway; name one of its MCP endpoints.';

/** A client acts for itself (RFC 6749 section 4.4). That it is who it is, is all the proof that it takes. */
export async function clientCredentialsGrant(request: ProofRequest): Promise<Response> {
  const { deployment, client, form } = request;
  const { site } = deployment;
  const resource = form.get('resource') ?? endpointUrl(site.origin, null);
  if (!resourcesOf(site).includes(resource)) return tokenError('invalid_target', UNKNOWN_RESOURCE);
  const { id, roles = [], groups, scopes: most = [] } = client;
  const scopes = grantedScopes(request, resource, { within: [most], roles });
  if (!Array.isArray(scopes)) return scopes;
  return deliver(request, 'This client', {
    owner: clientOwner(client),
    ...rightsOf({ roles, ...(groups && { groups }) }),
    site,
    client: id,
    resource,
    scopes,
    proof: { provedAtMs: Date.now(), clock: 'ours', source: clientSource(id) },
    singleUse: null,
  });
}
