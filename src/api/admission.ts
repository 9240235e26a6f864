import { insufficientScope } from '@cloudflare/workers-oauth-provider';
import { GatehouseError } from '../errors.ts';
import { missingScopes } from '../grants/scopes.ts';
import type { Principal } from '../principal.ts';
import type { ApiRoute } from './api-route.ts';

/**
 * Whether somebody may call a route: the answer that refuses, or null. Roles come first: who may not do it at all should not
 * be sent to ask for more scopes.
 * @throws GatehouseError `role_missing`.
 */
export function refuse(
  { roles, scope }: Pick<ApiRoute, 'roles' | 'scope'>,
  principal: Principal,
): Response | null {
  if (!roles.some(role => principal.roles.includes(role))) {
    throw new GatehouseError('role_missing', `This takes one of the roles: ${roles.join(', ')}.`);
  }
  if (missingScopes(principal.scopes, [scope]).length === 0) return null;
  // Clients ask anew for exactly what they are told, so what they have is named with what they lack.
  const auth = { token: '', audience: principal.resource, scope: [...principal.scopes] };
  return insufficientScope(auth, [...principal.scopes, scope], `This takes the scope ${scope}.`);
}
