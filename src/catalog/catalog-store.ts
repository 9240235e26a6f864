import type { KeyRing } from '../crypto/key-ring.ts';
import { GatehouseError } from '../errors.ts';
import { Artifacts } from './artifacts.ts';
import { CatalogRoom } from './catalog-room.ts';
import { CatalogSeal } from './catalog-seal.ts';
import { CatalogWrites } from './catalog-writes.ts';
import type { CatalogEntry, ServerVersion, VersionEntry } from './server-version.ts';

const TABLE = 'catalog_version';

const CURRENT = `SELECT s.name, s.kind, s.version, s.is_enabled, v.sealed, v.saved_at_ms FROM catalog_server s
  JOIN catalog_version v ON v.tenant = s.tenant AND v.name = s.name AND v.version = s.version WHERE s.tenant = ?`;

/** D1 takes rows of up to 2 MB. */
const MAX_SEALED_LENGTH = 1_900_000;

/** How a version is saved. */
export interface SaveOptions {
  /** Whether a new server is in use from then on. */
  readonly isEnabled?: boolean;
  /** Is told what number it will have; if that throws, nothing is saved. */
  readonly beforehand?: (version: number) => Promise<void>;
}

/** The servers that a tenant's operators have added, in D1: every version there ever was, and which one is in use. */
export class CatalogStore {
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly #seal: CatalogSeal;
  readonly #writes: CatalogWrites;
  readonly #room: CatalogRoom;
  readonly artifacts: Artifacts;

  /** @param maxBytes how much all of it may take (CATALOG_MAX_BYTES). */
  constructor({ DB }: { readonly DB: D1Database }, keyRing: KeyRing, tenant: string, maxBytes: number) {
    this.#db = DB;
    this.#tenant = tenant;
    this.#seal = new CatalogSeal(keyRing, tenant);
    this.#writes = new CatalogWrites(DB, tenant);
    this.#room = new CatalogRoom(DB, tenant, maxBytes);
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
   * Saves a version after those there are, with its artifacts, and puts it in use. A server that is disabled stays so.
   * @param basedOn the version in use that it was made from; 0 for a new server.
   * @throws GatehouseError `version_conflict` where that is not, or no more, the one in use; `catalog_full`, `server_invalid`.
   */
  async save(
    saved: ServerVersion,
    basedOn: number,
    nowMs: number,
    { isEnabled = true, beforehand = async () => {} }: SaveOptions = {},
  ): Promise<number> {
    const { document } = saved;
    const version = (await this.#latest(document.name)) + 1;
    const sealed = this.#sealed(saved, version);
    const artifacts = Object.values(saved.artifacts);
    const staged = this.artifacts.staged(artifacts);
    await this.#room.require(sealed.length, staged);
    await beforehand(version);
    const row = { document, version, basedOn, artifacts, sealed, nowMs };
    const parts = staged.flatMap(artifact => this.#writes.insertParts(artifact));
    const outcomes = await this.#db.batch([
      ...parts,
      this.#writes.insertVersion(row, this.#room.maxBytes),
      this.#writes.useInserted(row, isEnabled),
      this.#writes.dropUnnamed(),
    ]);
    if (outcomes[parts.length]?.meta.changes === 1) return version;
    // Somebody else has either taken the room meanwhile, or changed the server.
    await this.#room.require(sealed.length, staged);
    throw versionConflict(document.name);
  }

  /**
   * Puts an earlier version, or a later one again, in use.
   * @param basedOn the version that is in use until then.
   * @throws GatehouseError `version_conflict` where it is not, or there is no such version.
   */
  async activate({ version, saved }: VersionEntry, basedOn: number): Promise<void> {
    const { meta } = await this.#writes.use(saved.document, version, basedOn).run();
    if (meta.changes !== 1) throw versionConflict(saved.document.name);
  }

  /** Takes a server out of use, or puts it back. @returns whether there is such a server. */
  async enable(name: string, isEnabled: boolean): Promise<boolean> {
    const { meta } = await this.#writes.enable(name, isEnabled).run();
    return meta.changes === 1;
  }

  /**
   * Deletes a server with all of its versions, with artifacts that no other version names, and with the pins of its definitions.
   * @param basedOn the version that is in use until then.
   * @throws GatehouseError `version_conflict` where it is not.
   */
  async delete(name: string, basedOn: number): Promise<void> {
    const statements = [...this.#writes.deleteServer(name, basedOn), this.#writes.dropUnnamed()];
    const [deleted] = await this.#db.batch(statements);
    if (deleted?.meta.changes !== 1) throw versionConflict(name);
  }

  #sealed(saved: ServerVersion, version: number): string {
    const { name } = saved.document;
    const sealed = this.#seal.sealText(TABLE, place(name, version), JSON.stringify(saved));
    if (sealed.length <= MAX_SEALED_LENGTH) return sealed;
    throw new GatehouseError(
      'server_invalid',
      `The document of "${name}" is too large beside its modules and its description: shorten "tools" or "members".`,
    );
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
