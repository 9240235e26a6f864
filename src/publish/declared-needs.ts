import { tenantConnectionsOf } from '../vault/connections-setting.ts';
import type { Publisher } from './publisher.ts';
import { invalid, listed } from './refusal.ts';

/** What a server is to be given, and whose calls share its isolates. */
export interface DeclaredNeeds {
  readonly isolation: 'session' | 'user' | 'tenant';
  readonly capabilities: readonly string[];
  readonly connections: readonly string[];
}

/**
 * State and credentials belong to one user, so what uses them cannot run in an isolate that several users share.
 * @throws GatehouseError `server_invalid`.
 */
export function checkSharing({ isolation, capabilities, connections }: DeclaredNeeds): void {
  if (isolation !== 'tenant' || capabilities.length + connections.length === 0) return;
  throw invalid(
    'isolation must be "session" or "user" where connections or capabilities are declared: they are one user’s.',
  );
}

/**
 * Only connections that the deployment is set up with for this organisation can be declared: what people have connected for a remote server is for that one.
 * @throws GatehouseError `server_invalid`, naming those that there are; `setting_invalid` of CONNECTIONS.
 */
export function checkConnections(
  { connections }: Pick<DeclaredNeeds, 'connections'>,
  { env, principal }: Publisher,
): void {
  const known = tenantConnectionsOf(env, principal.tenant).map(({ id }) => id);
  const unknown = connections.filter(id => !known.includes(id));
  if (unknown.length === 0) return;
  throw invalid(
    `connections: there is no ${listed(unknown)}. Those that are set up (CONNECTIONS) are: ${listed(known)}.`,
  );
}
