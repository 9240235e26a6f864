import type { Artifacts } from './artifacts.ts';
import type { Definitions } from './definitions.ts';

/** How many are remembered in a Worker isolate: those of a large API take some megabytes. */
const MAX_REMEMBERED = 16;

const remembered = new Map<string, Definitions>();

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
  const definitions = remembered.get(key) ?? (await artifacts.get<Definitions>(hash));
  // What was used last goes to the end; the first is what has not been used for longest.
  remembered.delete(key);
  remembered.set(key, definitions);
  const [oldest] = remembered.keys();
  if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return definitions;
}
