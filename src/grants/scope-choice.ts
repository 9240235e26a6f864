import type { Role } from '../principal.ts';
import { baseScope, type Site, scopesAt } from './resources.ts';
import { ADMIN_SCOPE, isGranted, mayAdminister, OFFLINE_SCOPE } from './scopes.ts';

/** Up to where somebody's scopes go. */
export interface ScopeBounds {
  /** Each list bounds; a scope must be within all. */
  readonly within: readonly (readonly string[])[];
  readonly roles: readonly Role[];
}

/** The scopes at a resource that somebody may have. What there is to refresh is nothing here, so that scope is never one. */
export function scopesWithin(site: Site, resource: string, { within, roles }: ScopeBounds): string[] {
  return scopesAt(site, resource)
    .filter(scope => scope !== OFFLINE_SCOPE)
    .filter(scope => scope !== ADMIN_SCOPE || mayAdminister(roles))
    .filter(scope => within.every(bound => isGranted(bound, scope)));
}

/**
 * The scopes to grant of those that are allowed: the ones asked for with the basic one, or all where none is asked for.
 * Clients ask for what a challenge names, which may be more than they can have, so the rest is left out (RFC 6749
 * section 3.3); null where nothing that was asked for is left.
 */
export function chosenScopes(
  site: Site,
  resource: string,
  allowed: readonly string[],
  asked: readonly string[],
): string[] | null {
  if (asked.length === 0) return [...allowed];
  if (!asked.some(scope => allowed.includes(scope))) return null;
  const base = baseScope(site, resource);
  return allowed.filter(scope => scope === base || asked.includes(scope));
}
