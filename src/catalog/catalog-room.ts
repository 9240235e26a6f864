import { GatehouseError } from '../errors.ts';
import type { StagedArtifact } from './artifacts.ts';

/** SQL: what a tenant's versions and artifacts take. `?1` is the tenant. */
const USED_BYTES = `(SELECT coalesce(sum(bytes), 0) FROM catalog_version WHERE tenant = ?1) +
  (SELECT coalesce(sum(bytes), 0) FROM catalog_artifact WHERE tenant = ?1)`;

/** SQL: whether there is room for `?2` more bytes where there may be `?3` in all. */
export const HAS_ROOM = `${USED_BYTES} + ?2 <= ?3`;

const MEBIBYTE = 1024 * 1024;

/** How much D1 keeps of a tenant's catalog, within CATALOG_MAX_BYTES: the database is everybody's. */
export class CatalogRoom {
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly maxBytes: number;

  constructor(db: D1Database, tenant: string, maxBytes: number) {
    this.#db = db;
    this.#tenant = tenant;
    this.maxBytes = maxBytes;
  }

  /**
   * Refuses what would be more than there is room for.
   * @param versionBytes what the version takes beside its artifacts.
   * @throws GatehouseError `catalog_full`.
   */
  async require(versionBytes: number, artifacts: readonly StagedArtifact[]): Promise<void> {
    const stored = await this.#stored(artifacts.map(({ hash }) => hash));
    const added = artifacts.filter(({ hash }) => !stored.has(hash));
    const bytes =
      versionBytes + added.flatMap(({ parts }) => parts).reduce((sum, { length }) => sum + length, 0);
    const answer = await this.#db
      .prepare(`SELECT ${HAS_ROOM} AS has_room, ${USED_BYTES} AS used`)
      .bind(this.#tenant, bytes, this.maxBytes)
      .first<{ has_room: number; used: number }>();
    if (answer?.has_room !== 1) throw this.#full(bytes, answer?.used ?? 0);
  }

  /** Those of some artifacts that are there already, and take nothing more. */
  async #stored(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    const { results } = await this.#db
      .prepare(
        'SELECT hash FROM catalog_artifact WHERE tenant = ? AND part = 0 AND hash IN (SELECT value FROM json_each(?))',
      )
      .bind(this.#tenant, JSON.stringify(hashes))
      .all<{ hash: string }>();
    return new Set(results.map(({ hash }) => hash));
  }

  #full(bytes: number, used: number): GatehouseError {
    return new GatehouseError(
      'catalog_full',
      `This version would take ${mebibytes(bytes)}, and the versions that your organisation has take ${mebibytes(used)} of ` +
        `${mebibytes(this.maxBytes)} (setting CATALOG_MAX_BYTES). Delete servers that are not needed any more, with all of their versions.`,
    );
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(2)} MiB`;
}
