import { type Definitions, definitionsOf } from '../catalog/definitions.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { isolateDefinitions } from '../connectors/isolate-definitions.ts';
import type { HostedServer } from '../runtime/hosted-servers.ts';
import type { Publisher } from './publisher.ts';

/**
 * What a server of the monorepo offers.
 * @throws GatehouseError `upstream_failed`, `call_timeout` (DEFINITIONS_TIMEOUT_MS).
 */
export function hostedDefinitions(server: HostedServer, publisher: Publisher): Promise<Definitions> {
  const { env, exports, settings, principal } = publisher;
  const reader = { env, exports, settings, caller: { principal, objectName: '' } };
  return definitionsOf(env.DB, server, () => isolateDefinitions(reader, server));
}

/** What a server that was added offers, as it was when its version was saved; null where nobody knew then. */
export async function savedDefinitions(
  { current }: Pick<CatalogEntry, 'current'>,
  { store }: Pick<Publisher, 'store'>,
): Promise<Definitions | null> {
  const { definitions } = current.artifacts;
  return definitions === undefined ? null : store.artifacts.get<Definitions>(definitions);
}
