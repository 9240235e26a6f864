import type { KeyRing } from '../crypto/key-ring.ts';
import { GatehouseError } from '../errors.ts';
import { Artifacts } from './artifacts.ts';
import { CatalogSeal } from './catalog-seal.ts';
import type { CatalogEntry, ServerVersion, VersionEntry } from './server-version.ts';

const TABLE = 'catalog_version';

const CURRENT = `SELECT s.name, s.kind, s.version, s.is_enabled, v.sealed, v.saved_at_ms FROM catalog_server s
  JOIN catalog_version v ON v.tenant = s.tenant AND v.name = s.name AND v.version = s.version WHERE s.tenant = ?`;

/** The servers that a tenant's operators have added, in D1: every version there ever was, and which one is in use. */
export class CatalogStore {
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly #seal: CatalogSeal;
  readonly artifacts: Artifacts;

  constructor({ DB }: { readonly DB: D1Database }, keyRing: KeyRing, tenant: string) {
    this.#db = DB;
    this.#tenant = tenant;
    this.#seal = new CatalogSeal(keyRing, tenant);
    this.artifacts = new Artifacts(DB, tenant, this.#seal);
  }

  /** All servers with the version in use, in the order of their names, those that are disabled too. */
  async list(): Promise<CatalogEntry[]> {
    const { results } = await this.#db
      .prepare(`${CURRENT} ORDER BY s.name`)
      .bind(this.#tenant)
      .all<CurrentRow>();
    return results.map(row => this.#entry(row));
  }

  /** One server, or null. */
  async read(name: string): Promise<CatalogEntry | null> {
    const row = await this.#db
      .prepare(`${CURRENT} AND s.name = ?`)
      .bind(this.#tenant, name)
      .first<CurrentRow>();
    return row && this.#entry(row);
  }

  /** Every version of a server, newest first. */
  async versions(name: string): Promise<VersionEntry[]> {
    const { results } = await this.#db
      .prepare(
        'SELECT version, sealed, saved_at_ms FROM catalog_version WHERE tenant = ? AND name = ? ORDER BY version DESC',
      )
      .bind(this.#tenant, name)
      .all<VersionRow>();
    return results.map(({ version, sealed, saved_at_ms }) => ({
      version,
      savedAtMs: saved_at_ms,
      saved: this.#opened(name, version, sealed),
    }));
  }

  /**
   * Saves a version after those there are, and puts it in use. A server that is disabled stays so.
   * @param basedOn the version in use that it was made from; 0 for a new server.
   * @param beforehand is told what number it will have; if that throws, nothing is saved.
   * @throws GatehouseError `version_conflict` where that is not, or no more, the one in use.
   */
  async save(
    saved: ServerVersion,
    basedOn: number,
    nowMs: number,
    beforehand: (version: number) => Promise<void> = async () => {},
  ): Promise<number> {
    const { document } = saved;
    const version = (await this.#latest(document.name)) + 1;
    await beforehand(version);
    const members = document.kind === 'virtual' ? document.members.map(({ server }) => server) : [];
    const sealed = this.#seal.sealText(TABLE, place(document.name, version), JSON.stringify(saved));
    const outcomes = await this.#db.batch([
      this.#db
        .prepare(
          `INSERT INTO catalog_version (tenant, name, version, sealed, saved_at_ms) SELECT ?1, ?2, ?3, ?4, ?5
           WHERE coalesce((SELECT version FROM catalog_server WHERE tenant = ?1 AND name = ?2), 0) = ?6
           ON CONFLICT DO NOTHING`,
        )
        .bind(this.#tenant, document.name, version, sealed, nowMs, basedOn),
      this.#db
        .prepare(
          `INSERT INTO catalog_server (tenant, name, kind, version, is_enabled, members) SELECT ?1, ?2, ?3, ?4, 1, ?5
           WHERE changes() = 1 ON CONFLICT DO UPDATE SET kind = ?3, version = ?4, members = ?5`,
        )
        .bind(this.#tenant, document.name, document.kind, version, JSON.stringify(members)),
    ]);
    if (outcomes[0]?.meta.changes !== 1) throw versionConflict(document.name);
    return version;
  }

  /** Puts an earlier version, or a later one again, in use. @returns whether there is such a version. */
  async activate(name: string, version: number): Promise<boolean> {
    const found = (await this.versions(name)).find(each => each.version === version);
    if (!found) return false;
    const { document } = found.saved;
    const members = document.kind === 'virtual' ? document.members.map(({ server }) => server) : [];
    await this.#db
      .prepare('UPDATE catalog_server SET version = ?, kind = ?, members = ? WHERE tenant = ? AND name = ?')
      .bind(version, document.kind, JSON.stringify(members), this.#tenant, name)
      .run();
    return true;
  }

  /** Takes a server out of use, or puts it back. @returns whether there is such a server. */
  async enable(name: string, isEnabled: boolean): Promise<boolean> {
    const { meta } = await this.#db
      .prepare('UPDATE catalog_server SET is_enabled = ? WHERE tenant = ? AND name = ?')
      .bind(isEnabled ? 1 : 0, this.#tenant, name)
      .run();
    return meta.changes === 1;
  }

  async #latest(name: string): Promise<number> {
    const row = await this.#db
      .prepare('SELECT max(version) AS latest FROM catalog_version WHERE tenant = ? AND name = ?')
      .bind(this.#tenant, name)
      .first<{ latest: number | null }>();
    return row?.latest ?? 0;
  }

  #entry({ name, kind, version, is_enabled, sealed, saved_at_ms }: CurrentRow): CatalogEntry {
    const current = this.#opened(name, version, sealed);
    return { name, kind, version, isEnabled: is_enabled === 1, savedAtMs: saved_at_ms, current };
  }

  #opened(name: string, version: number, sealed: string): ServerVersion {
    return JSON.parse(this.#seal.openText(TABLE, place(name, version), sealed)) as ServerVersion;
  }
}

function place(name: string, version: number): string {
  return `${name}/${version}`;
}

/** Somebody was faster. */
export function versionConflict(name: string): GatehouseError {
  return new GatehouseError(
    'version_conflict',
    `Somebody else has changed the server "${name}" meanwhile, or it exists already. Read it again, and save your change on top of its version.`,
  );
}

type VersionRow = { version: number; sealed: string; saved_at_ms: number };
type CurrentRow = VersionRow & { name: string; kind: CatalogEntry['kind']; is_enabled: number };
