import { catalogOf } from '../catalog/catalog.ts';
import { type Env, isDevelopment, settingsOf } from '../env.ts';
import { connectionsOf } from '../vault/connections-setting.ts';
import { HOSTED_SERVERS } from './hosted-servers.ts';
import type { Manifest } from './manifest.ts';

/**
 * The servers that this gateway offers, in the order of their names. One that declares connections is there as soon as the
 * operator has set up one of them: without any, its tools could do nothing.
 * @throws GatehouseError `setting_invalid` of CONNECTIONS.
 */
export function offeredServers(env: Env) {
  const connections = new Set(connectionsOf(env).map(({ id }) => id));
  const servers = HOSTED_SERVERS.filter(server => isSetUp(server, connections));
  return catalogOf(servers, isDevelopment(settingsOf(env)));
}

/** Whether a server declares no connections, or one that is among these. */
export function isSetUp(
  { connections }: Pick<Manifest, 'connections'>,
  defined: ReadonlySet<string>,
): boolean {
  return connections.length === 0 || connections.some(id => defined.has(id));
}
