import type { StagedArtifact } from './artifacts.ts';
import { HAS_ROOM } from './catalog-room.ts';
import type { ServerDocument } from './server-document.ts';

/** The tables that keep something for each server, with the column of its name. */
const OF_A_SERVER = [
  ['catalog_version', 'name'],
  ['definition_pin', 'server'],
  ['pin_set', 'server'],
] as const;

/** A version as its row has it. */
export interface VersionRow {
  readonly document: ServerDocument;
  readonly version: number;
  /** The version in use that it was made from; 0 for a new server. */
  readonly basedOn: number;
  /** The hashes of its artifacts. */
  readonly artifacts: readonly string[];
  readonly sealed: string;
  readonly nowMs: number;
}

/** The statements that change a tenant's catalog in D1, to be put together to batches: all of one takes effect, or nothing. */
export class CatalogWrites {
  readonly #db: D1Database;
  readonly #tenant: string;

  constructor(db: D1Database, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  /** One statement for each part; what is there already stays. */
  insertParts({ hash, parts }: StagedArtifact): D1PreparedStatement[] {
    return parts.map((sealed, index) =>
      this.#db
        .prepare(
          'INSERT OR IGNORE INTO catalog_artifact (tenant, hash, part, parts, bytes, sealed) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .bind(this.#tenant, hash, index, parts.length, sealed.length, sealed),
    );
  }

  /** Inserts no version that is based on another than the one in use, or that there is no room for. */
  insertVersion(row: VersionRow, maxBytes: number): D1PreparedStatement {
    const { document, version, artifacts, sealed, nowMs, basedOn } = row;
    return this.#db
      .prepare(
        `INSERT INTO catalog_version (tenant, name, version, artifacts, bytes, sealed, saved_at_ms)
         SELECT ?1, ?4, ?5, ?6, ?2, ?7, ?8 WHERE ${HAS_ROOM} AND
           coalesce((SELECT version FROM catalog_server WHERE tenant = ?1 AND name = ?4), 0) = ?9
         ON CONFLICT DO NOTHING`,
      )
      .bind(
        this.#tenant,
        sealed.length,
        maxBytes,
        document.name,
        version,
        JSON.stringify(artifacts),
        sealed,
        nowMs,
        basedOn,
      );
  }

  /** Puts the version in use that the statement before has inserted. @param isEnabled of a new server. */
  useInserted({ document, version }: VersionRow, isEnabled: boolean): D1PreparedStatement {
    return this.#db
      .prepare(
        `INSERT INTO catalog_server (tenant, name, kind, version, is_enabled, members) SELECT ?1, ?2, ?3, ?4, ?6, ?5
         WHERE changes() = 1 ON CONFLICT DO UPDATE SET kind = ?3, version = ?4, members = ?5`,
      )
      .bind(this.#tenant, document.name, document.kind, version, membersOf(document), isEnabled ? 1 : 0);
  }

  /** Puts a version in use that there is, in place of the one that is said to be. */
  use(document: ServerDocument, version: number, basedOn: number): D1PreparedStatement {
    return this.#db
      .prepare(
        `UPDATE catalog_server SET version = ?1, kind = ?2, members = ?3 WHERE tenant = ?4 AND name = ?5 AND version = ?6
           AND EXISTS (SELECT 1 FROM catalog_version WHERE tenant = ?4 AND name = ?5 AND version = ?1)`,
      )
      .bind(version, document.kind, membersOf(document), this.#tenant, document.name, basedOn);
  }

  enable(name: string, isEnabled: boolean): D1PreparedStatement {
    return this.#db
      .prepare('UPDATE catalog_server SET is_enabled = ? WHERE tenant = ? AND name = ?')
      .bind(isEnabled ? 1 : 0, this.#tenant, name);
  }

  /** Deletes a server with its versions, and what was seen and decided of its definitions. */
  deleteServer(name: string, basedOn: number): D1PreparedStatement[] {
    const server = this.#db
      .prepare('DELETE FROM catalog_server WHERE tenant = ? AND name = ? AND version = ?')
      .bind(this.#tenant, name, basedOn);
    return [server, ...OF_A_SERVER.map(([table, column]) => this.#deleteOf(table, column, name))];
  }

  /** Of a version that was not saved, or is no more, no artifact stays. */
  dropUnnamed(): D1PreparedStatement {
    return this.#db
      .prepare(
        `DELETE FROM catalog_artifact WHERE tenant = ?1 AND hash NOT IN
           (SELECT value FROM catalog_version, json_each(catalog_version.artifacts) WHERE tenant = ?1)`,
      )
      .bind(this.#tenant);
  }

  #deleteOf(table: string, column: string, name: string): D1PreparedStatement {
    return this.#db
      .prepare(
        `DELETE FROM ${table} WHERE tenant = ?1 AND ${column} = ?2
           AND NOT EXISTS (SELECT 1 FROM catalog_server WHERE tenant = ?1 AND name = ?2)`,
      )
      .bind(this.#tenant, name);
  }
}

function membersOf(document: ServerDocument): string {
  return JSON.stringify(document.kind === 'virtual' ? document.members.map(({ server }) => server) : []);
}
