import { type Definitions, definitionsOf } from '../catalog/definitions.ts';
import { keptDefinitions } from '../catalog/kept-definitions.ts';
import { approvedDefinitions } from '../catalog/pins/pinned.ts';
import { pinsOf, sourceOf } from '../catalog/pins/tenant-pins.ts';
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

/**
 * What a server that was added offers, as far as it is known without asking it: as it was when its version was saved, and of a
 * server on the network what is approved of it; null where nobody has asked yet.
 */
export async function addedDefinitions(
  { name, current }: Pick<CatalogEntry, 'name' | 'current'>,
  { env, store, principal: { tenant } }: Publisher,
): Promise<Definitions | null> {
  const { document, artifacts } = current;
  if (document.kind === 'remote') {
    const pins = await pinsOf(env, tenant, { server: name, source: sourceOf(document.url) });
    return pins && approvedDefinitions(pins);
  }
  const { definitions } = artifacts;
  return definitions === undefined ? null : keptDefinitions(store.artifacts, tenant, definitions);
}
