import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { reportFault } from '../../src/errors.ts';
import type { Member, PageQuery } from '../../src/grants/tenant.ts';
import type { Person } from '../../src/identity/person.ts';
import type { Role } from '../../src/principal.ts';
import { tableExists } from '../storage/table-exists.ts';
import { type TenantPlace, TenantSeal } from './tenant-seal.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS member (
    subject TEXT PRIMARY KEY,
    -- JSON: a list of roles.
    roles TEXT NOT NULL,
    -- NULL where the identity provider said none; else sealed.
    name BLOB,
    first_sign_in_ms INTEGER NOT NULL,
    last_sign_in_ms INTEGER NOT NULL,
    is_suspended INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
`;

/** The people of one organisation: whoever has signed in (just-in-time users). */
export class MemberList {
  readonly #sql: SqlStorage;
  readonly #seals: TenantSeal;

  constructor(sql: SqlStorage, keyRing: KeyRing) {
    this.#sql = sql;
    this.#seals = new TenantSeal(keyRing);
  }

  /** Makes a member of a person, or notes what their provider says of them now. */
  signedIn({ tenant, subject, roles, name }: Person, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT INTO member (subject, roles, name, first_sign_in_ms, last_sign_in_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (subject) DO UPDATE
       SET roles = excluded.roles, name = excluded.name, last_sign_in_ms = excluded.last_sign_in_ms`,
      subject,
      JSON.stringify(roles),
      name === undefined ? null : this.#seals.seal(placeOf(tenant, subject), name),
      nowMs,
      nowMs,
    );
  }

  has(subject: string): boolean {
    if (!this.#exists()) return false;
    return this.#sql.exec('SELECT 1 FROM member WHERE subject = ?', subject).toArray().length > 0;
  }

  suspend(subject: string, isSuspended: boolean): void {
    this.#sql.exec('UPDATE member SET is_suspended = ? WHERE subject = ?', isSuspended ? 1 : 0, subject);
  }

  /** What a member is called; null where there is none, or their identity provider said nothing. */
  nameOf(tenant: string, subject: string): string | null {
    if (!this.#exists()) return null;
    const statement = 'SELECT name FROM member WHERE subject = ?';
    const [row] = this.#sql.exec<Pick<MemberRow, 'name'>>(statement, subject).toArray();
    return row?.name ? this.#open(tenant, subject, row.name) : null;
  }

  read(tenant: string, subject: string): Member | null {
    if (!this.#exists()) return null;
    const [row] = this.#sql.exec<MemberRow>('SELECT * FROM member WHERE subject = ?', subject);
    return row ? this.#member(tenant, row) : null;
  }

  list(tenant: string, { after, limit }: PageQuery): Member[] {
    if (!this.#exists()) return [];
    const statement = 'SELECT * FROM member WHERE subject > ? ORDER BY subject LIMIT ?';
    const rows = this.#sql.exec<MemberRow>(statement, after ?? '', limit).toArray();
    return rows.map(row => this.#member(tenant, row));
  }

  #member(tenant: string, row: MemberRow): Member {
    return {
      subject: row.subject,
      name: row.name && this.#open(tenant, row.subject, row.name),
      roles: JSON.parse(row.roles) as Role[],
      firstSignInMs: row.first_sign_in_ms,
      lastSignInMs: row.last_sign_in_ms,
      isSuspended: row.is_suspended === 1,
    };
  }

  /** A name that cannot be opened is reported and left out: its member must still be found. */
  #open(tenant: string, subject: string, sealed: ArrayBuffer): string | null {
    try {
      return this.#seals.open<string>(placeOf(tenant, subject), sealed);
    } catch (error) {
      reportFault('member_name_unreadable', error);
      return null;
    }
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'member');
  }
}

type MemberRow = {
  subject: string;
  roles: string;
  name: ArrayBuffer | null;
  first_sign_in_ms: number;
  last_sign_in_ms: number;
  is_suspended: number;
};

function placeOf(tenant: string, subject: string): TenantPlace {
  return { table: 'member', tenant, subject, row: subject, column: 'name' };
}
