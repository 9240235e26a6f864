import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import type { KnownClient } from '../../grants/clients/known-clients.ts';
import { connectionsOf } from '../../grants/connections.ts';
import { baseScope } from '../../grants/resources.ts';
import { chosenScopes, type ScopeBounds, scopesWithin } from '../../grants/scope-choice.ts';
import { tenantOf } from '../../grants/tenant.ts';
import { type TokenOrder, tokenMakerOf } from '../../grants/token-order.ts';
import { scopesIn } from '../../identity/token-checks.ts';
import { faultText } from '../../identity/token-fault.ts';
import { tokenAnswer, tokenError } from './token-error.ts';

const BLOCKED = 'The organisation has blocked this client here. Ask whoever runs this gateway.';

/** A token request of a known client that has proved who it is. */
export interface ProofRequest {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly client: KnownClient;
  readonly form: URLSearchParams;
}

/** The scopes that a request gets at a resource, or the answer that says why it gets none. */
export function grantedScopes(
  { deployment: { site }, form }: ProofRequest,
  resource: string,
  bounds: ScopeBounds,
): string[] | Response {
  const allowed = scopesWithin(site, resource, bounds);
  const base = baseScope(site, resource);
  if (!allowed.includes(base)) {
    const reason = `it may not have the scope ${base}`;
    return tokenError('invalid_target', `This client may not use this resource: ${reason}.`);
  }
  const scopes = chosenScopes(site, resource, allowed, scopesIn(form.get('scope')));
  const most = `The most that can be had at this resource is: ${allowed.join(' ')}.`;
  return scopes ?? tokenError('invalid_scope', most);
}

/**
 * Has a token made in the account of its owner.
 * @param proof what the proof is called where it turns out to be no good.
 */
export async function deliver({ env }: ProofRequest, proof: string, order: TokenOrder): Promise<Response> {
  const { owner, client, roles } = order;
  const tenant = tenantOf(env, owner.tenant);
  if (!(await tenant.clientConnected(owner, client, roles)))
    return tokenError('unauthorized_client', BLOCKED);
  const delivery = await tokenMakerOf(env, owner).makeToken(order);
  if (delivery.kind !== 'issued') return tokenError('invalid_grant', faultText(proof, delivery));
  if (await tenant.clientConnected(owner, client)) return tokenAnswer(delivery.body);
  // Blocked while the token was made: the block may have come by before there was anything to end.
  await connectionsOf(env, owner).endClient(owner, client);
  return tokenError('unauthorized_client', BLOCKED);
}
