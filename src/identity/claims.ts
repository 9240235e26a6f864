import { GatehouseError } from '../errors.ts';
import type { Role } from '../principal.ts';
import { keptGroups, MAX_GROUPS_BYTES } from './groups.ts';
import type { Person } from './person.ts';
import type { Vouching } from './vouching.ts';

/** The claims of a validated token that speaks of a person, such as an ID token (OpenID Connect Core 1.0, section 2). */
export interface Claims {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** What a person is called, the best first (section 5.1). */
const NAME_CLAIMS = ['email', 'preferred_username', 'name'] as const;

/**
 * Who a validated token speaks of, by its issuer's settings.
 * @throws GatehouseError `sign_in_refused` for a person without a tenant or a role here.
 */
export function personOf(provider: Vouching, claims: Claims): Person {
  const name = NAME_CLAIMS.flatMap(claim => valuesOf(claims, claim))[0];
  return {
    tenant: tenantOf(provider, claims),
    subject: `${provider.id}|${claims.sub}`,
    roles: rolesOf(provider, claims),
    ...groupsOf(provider, claims),
    ...(name !== undefined && { name }),
  };
}

/** The provider that a person came from; undefined for development identities and providers that are gone. */
export function providerOf<Provider extends Vouching>(
  providers: readonly Provider[],
  { subject }: Person,
): Provider | undefined {
  return providers.find(({ id }) => subject.startsWith(`${id}|`));
}

function tenantOf({ name, tenant }: Vouching, claims: Claims): string {
  if (typeof tenant === 'string') return tenant;
  const [value, ...more] = valuesOf(claims, tenant.claim);
  const mapped = value === undefined || more.length > 0 ? undefined : lookUp(tenant.map, value);
  if (mapped) return mapped;
  throw refused(`${name} signed you in, but its claim "${tenant.claim}" names no tenant of this gateway.`);
}

function rolesOf({ name, roles, defaultRole }: Vouching, claims: Claims): readonly Role[] {
  const groups = roles ? valuesOf(claims, roles.claim) : [];
  const found = groups.flatMap(group => (roles && Object.hasOwn(roles.map, group) ? roles.map[group] : []));
  const given = [...new Set(found.filter(role => role !== undefined))];
  if (given.length > 0) return given;
  if (defaultRole !== null) return [defaultRole];
  throw refused(`${name} signed you in, but you are in no group that may use this gateway.`);
}

/** @throws GatehouseError `sign_in_refused` for somebody in more groups than are kept: a policy must not miss one. */
function groupsOf({ name, groups }: Vouching, claims: Claims): { readonly groups?: readonly string[] } {
  if (!groups) return {};
  const kept = keptGroups(groups, valuesOf(claims, groups.claim));
  if (kept) return { groups: kept };
  throw refused(
    `${name} says that you are in more groups than can be kept (${MAX_GROUPS_BYTES} bytes of names); the setting "groups" of "${name}" can name those that matter ("only").`,
  );
}

function lookUp(map: Readonly<Record<string, string>> | undefined, value: string): string | undefined {
  if (!map) return value;
  return Object.hasOwn(map, value) ? map[value] : undefined;
}

/** A claim as a list of texts. Whatever is no text gives nothing. */
function valuesOf(claims: Claims, claim: string): string[] {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter(item => typeof item === 'string').filter(item => item !== '');
}

function refused(message: string): GatehouseError {
  return new GatehouseError('sign_in_refused', `${message} Ask whoever runs it.`);
}
