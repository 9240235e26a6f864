import { type Env, settingsOf } from '../env.ts';
import { CatalogStore } from './catalog-store.ts';
import type { CatalogEntry } from './server-version.ts';

/** What was read, and until when it is good. Values and not promises: those belong to the request that made them. */
interface Known<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

/** A server that some tenant has added, as everybody may know of it: endpoints and scopes are made of it. */
export interface PublicServer {
  readonly name: string;
  /** Whether it has tools of its own in some tenant, and is not virtual in all of them. */
  readonly hasOwnTools: boolean;
  /** The servers whose tools it gathers where it is virtual. */
  readonly members: readonly string[];
}

const catalogs = new WeakMap<Env, Map<string, Known<readonly CatalogEntry[]>>>();
const publicServers = new WeakMap<Env, Known<readonly PublicServer[]>>();

/** The catalog of a tenant, to be read and written. */
export function catalogStoreOf(env: Env, tenant: string): CatalogStore {
  const { keyRing, CATALOG_MAX_BYTES } = settingsOf(env);
  return new CatalogStore(env, keyRing, tenant, CATALOG_MAX_BYTES);
}

/** The servers that a tenant's operators have added, disabled ones too, as of at most CATALOG_CACHE_MS ago. */
export async function tenantCatalogOf(env: Env, tenant: string): Promise<readonly CatalogEntry[]> {
  const ofTenants = catalogs.get(env) ?? new Map<string, Known<readonly CatalogEntry[]>>();
  catalogs.set(env, ofTenants);
  const known = ofTenants.get(tenant);
  if (known && known.untilMs > Date.now()) return known.value;
  const value = await catalogStoreOf(env, tenant).list();
  ofTenants.set(tenant, { value, untilMs: untilMs(env) });
  return value;
}

/**
 * The names of all tenants' servers. Tokens are asked for before anybody has said whose they are, so endpoints and scopes are
 * the deployment's (docs/decisions/0020-names-of-servers-are-public.md); what is behind them is each tenant's own.
 */
export async function publicServersOf(env: Env): Promise<readonly PublicServer[]> {
  const known = publicServers.get(env);
  if (known && known.untilMs > Date.now()) return known.value;
  const value = await readPublicServers(env.DB);
  publicServers.set(env, { value, untilMs: untilMs(env) });
  return value;
}

/** Has everything read anew: this isolate has just changed it. */
export function forgetCatalogs(env: Env): void {
  catalogs.delete(env);
  publicServers.delete(env);
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

function untilMs(env: Env): number {
  return Date.now() + settingsOf(env).CATALOG_CACHE_MS;
}
