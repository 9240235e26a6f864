import { tenantCatalogOf } from '../catalog/tenant-catalog.ts';
import type { Env } from '../env.ts';
import type { Connection } from './connection.ts';
import { tenantConnectionsOf } from './connections-setting.ts';
import { remoteConnection } from './remote-connection.ts';

/**
 * The connections that an organisation has: those that the deployment is set up with for it, then those of its remote servers.
 * @throws GatehouseError `setting_invalid`.
 */
export async function connectionsFor(env: Env, tenant: string): Promise<readonly Connection[]> {
  const entries = (await tenantCatalogOf(env, tenant)).filter(({ isEnabled }) => isEnabled);
  return [
    ...tenantConnectionsOf(env, tenant),
    ...entries.flatMap(entry => remoteConnection(env, tenant, entry) ?? []),
  ];
}

/** The connection of an id, or null. @throws GatehouseError `setting_invalid`. */
export async function connectionFor(env: Env, tenant: string, id: string): Promise<Connection | null> {
  return (await connectionsFor(env, tenant)).find(connection => connection.id === id) ?? null;
}
