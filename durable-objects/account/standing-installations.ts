import { lengthPrefixed, toBase64url } from '../../src/crypto/bytes.ts';
import { openJson, type SealingKey, sealJson } from '../../src/crypto/envelope.ts';
import { hmac } from '../../src/crypto/key-ring.ts';
import { newInstallation } from '../../src/grants/installation.ts';
import type { Installation } from '../../src/principal.ts';
import { tableExists } from '../storage/table-exists.ts';
import { type AccountOwner, accountPlace } from './user-key.ts';

const TABLE = 'standing_installation';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    id TEXT PRIMARY KEY,
    place_tag TEXT NOT NULL UNIQUE,
    sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** A standing installation, as its user may see it. */
export interface StandingShown {
  readonly id: string;
  readonly client: string;
  readonly resource: string;
}

/** One installation, for whoever brings a new proof for each token. */
interface Standing {
  readonly client: string;
  readonly resource: string;
  readonly installation: Installation;
}

/**
 * One user's installations that outlive the tokens which belong to them, by client and resource. Their keys cannot be kept
 * by a grant, so they are sealed here, and gone with the row when the installation ends.
 */
export class StandingInstallations {
  readonly #sql: SqlStorage;
  readonly #owner: AccountOwner;
  readonly #key: () => SealingKey;

  /** `key` makes the user's key where there is none yet, so it is only asked for when there is something to seal. */
  constructor(sql: SqlStorage, owner: AccountOwner, key: () => SealingKey) {
    this.#sql = sql;
    this.#owner = owner;
    this.#key = key;
  }

  /** The installation of a client at a resource, made when there is none. */
  of(client: string, resource: string): Installation {
    this.#sql.exec(SCHEMA);
    const tag = this.#tag(client, resource);
    const [row] = this.#sql.exec<Row>(`SELECT * FROM ${TABLE} WHERE place_tag = ?`, tag).toArray();
    return row
      ? this.#read(row).installation
      : this.#make({ client, resource, installation: newInstallation() }, tag);
  }

  /** All that stand, without their keys. */
  list(): StandingShown[] {
    if (!tableExists(this.#sql, TABLE)) return [];
    const rows = this.#sql.exec<Row>(`SELECT * FROM ${TABLE} ORDER BY id`).toArray();
    return rows.map(row => {
      const { client, resource } = this.#read(row);
      return { id: row.id, client, resource };
    });
  }

  #make(standing: Standing, tag: string): Installation {
    const { id } = standing.installation;
    const sealed = sealJson(this.#key(), this.#place(id), standing).buffer;
    this.#sql.exec(`INSERT INTO ${TABLE} (id, place_tag, sealed) VALUES (?, ?, ?)`, id, tag, sealed);
    return standing.installation;
  }

  #read({ id, sealed }: Row): Standing {
    return openJson<Standing>(() => this.#key().key, this.#place(id), new Uint8Array(sealed));
  }

  /** Finds a row again without telling who came from where. */
  #tag(client: string, resource: string): string {
    return toBase64url(hmac(this.#key().key, lengthPrefixed(TABLE, client, resource)));
  }

  #place(id: string) {
    return accountPlace(this.#owner, TABLE, id, 'sealed');
  }
}

type Row = { id: string; place_tag: string; sealed: ArrayBuffer };

/** Whether an installation stands. Needs no key. */
export function isStanding(sql: SqlStorage, id: string): boolean {
  return tableExists(sql, TABLE) && sql.exec(`SELECT 1 FROM ${TABLE} WHERE id = ?`, id).toArray().length > 0;
}

/** Forgets an installation that has ended, with its key. Needs no key. */
export function forgetStanding(sql: SqlStorage, id: string): void {
  if (tableExists(sql, TABLE)) sql.exec(`DELETE FROM ${TABLE} WHERE id = ?`, id);
}

/** The ids of all installations that stand, for the end of a user. Needs no key. */
export function standingIds(sql: SqlStorage): string[] {
  if (!tableExists(sql, TABLE)) return [];
  return sql
    .exec<{ id: string }>(`SELECT id FROM ${TABLE} ORDER BY id`)
    .toArray()
    .map(({ id }) => id);
}
