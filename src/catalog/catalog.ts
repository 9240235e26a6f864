import { GatehouseError } from '../errors.ts';

/** One server on offer. What kind it is and how it is reached is the connector's business. */
export interface ServerEntry {
  /** Its path under `/mcp/` and the prefix of its names at `/mcp`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The version that its tools are pinned to. */
  readonly codeHash: string;
  readonly availability: 'always' | 'development';
  /** The connections that its tools may use, by id. */
  readonly connections: readonly string[];
}

/** The servers of a deployment, in the order of their names, which is the order of every list. */
export function catalogOf<Entry extends ServerEntry>(
  entries: readonly Entry[],
  development: boolean,
): readonly Entry[] {
  return entries
    .filter(entry => entry.availability === 'always' || development)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The servers behind one endpoint: the named one, or all of them where `name` is null.
 * @throws GatehouseError `server_unknown`.
 */
export function serversAt<Entry extends ServerEntry>(
  catalog: readonly Entry[],
  name: string | null,
): readonly Entry[] {
  const found = name === null ? catalog : catalog.filter(entry => entry.name === name);
  if (found.length > 0 || name === null) return found;
  const names = catalog.map(entry => entry.name).join(', ');
  throw new GatehouseError('server_unknown', `There is no server "${name}". The servers here are: ${names}.`);
}
