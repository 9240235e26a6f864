import { type Env, settingsOf } from '../env.ts';
import { CatalogStore } from './catalog-store.ts';
import { expired, type LastKnown, readOrLast } from './last-known.ts';
import type { CatalogEntry } from './server-version.ts';

/** A server that some tenant has added, as everybody may know of it: endpoints and scopes are made of it. */
export interface PublicServer {
  readonly name: string;
  /** Whether it has tools of its own in some tenant, and is not virtual in all of them. */
  readonly hasOwnTools: boolean;
  /** The servers whose tools it gathers where it is virtual. */
  readonly members: readonly string[];
}

const catalogs = new WeakMap<Env, Map<string, LastKnown<readonly CatalogEntry[]>>>();
const publicServers = new WeakMap<Env, LastKnown<readonly PublicServer[]>>();

/** The catalog of a tenant, to be read and written. */
export function catalogStoreOf(env: Env, tenant: string): CatalogStore {
  const { keyRing, CATALOG_MAX_BYTES } = settingsOf(env);
  return new CatalogStore(env, keyRing, tenant, CATALOG_MAX_BYTES);
}

/**
 * The servers that a tenant's operators have added, disabled ones too, as of at most CATALOG_CACHE_MS ago; of CATALOG_STALE_MS where the
 * database cannot be read. The same list comes back as long as it is not read anew.
 */
export async function tenantCatalogOf(env: Env, tenant: string): Promise<readonly CatalogEntry[]> {
  const ofTenants = catalogs.get(env) ?? new Map<string, LastKnown<readonly CatalogEntry[]>>();
  catalogs.set(env, ofTenants);
  const known = ofTenants.get(tenant);
  if (known && known.untilMs > Date.now()) return known.value;
  const now = await readOrLast(env, 'catalog', known, () => catalogStoreOf(env, tenant).list());
  ofTenants.set(tenant, now);
  return now.value;
}

/**
 * The names of all tenants' servers. Tokens are asked for before anybody has said whose they are, so endpoints and scopes are
 * the deployment's (docs/decisions/0020-names-of-servers-are-public.md); what is behind them is each tenant's own.
 */
export async function publicServersOf(env: Env): Promise<readonly PublicServer[]> {
  const known = publicServers.get(env);
  if (known && known.untilMs > Date.now()) return known.value;
  const now = await readOrLast(env, 'names of servers', known, () => readPublicServers(env.DB));
  publicServers.set(env, now);
  return now.value;
}

/** Has everything read anew: it has just changed. What is being read now may be what was before, and is not kept. */
export function forgetCatalogs(env: Env): void {
  const known = [...(catalogs.get(env) ?? [])];
  catalogs.set(env, new Map(known.map(([tenant, catalog]) => [tenant, expired(catalog)])));
  const names = publicServers.get(env);
  if (names) publicServers.set(env, expired(names));
}

async function readPublicServers(db: D1Database): Promise<PublicServer[]> {
  const { results } = await db
    .prepare('SELECT name, members FROM catalog_server WHERE is_enabled = 1 ORDER BY name')
    .all<{ name: string; members: string }>();
  const servers = results.map(({ name, members }) => ({ name, members: JSON.parse(members) as string[] }));
  return [...Map.groupBy(servers, ({ name }) => name)].map(([name, those]) => ({
    name,
    hasOwnTools: those.some(({ members }) => members.length === 0),
    members: [...new Set(those.flatMap(({ members }) => members))],
  }));
}
