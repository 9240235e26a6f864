import type { Artifacts } from './artifacts.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { Definitions } from './definitions.ts';

/** Of what is remembered in a Worker isolate, as JSON: the definitions of a large API take some megabytes. */
const MAX_BYTES = 16 * 1024 * 1024;

const remembered = new BoundedCache<Definitions>(MAX_BYTES);

/**
 * The definitions that were kept with a version. What has a hash never changes, so those used last are remembered.
 * @throws GatehouseError `artifact_missing`, `sealed_unreadable`.
 */
export async function keptDefinitions(
  artifacts: Artifacts,
  tenant: string,
  hash: string,
): Promise<Definitions> {
  const key = JSON.stringify([tenant, hash]);
  const known = remembered.get(key);
  if (known) return known;
  const definitions = await artifacts.get<Definitions>(hash);
  remembered.set(key, definitions, JSON.stringify(definitions).length);
  return definitions;
}
