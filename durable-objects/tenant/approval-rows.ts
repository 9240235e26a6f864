import { type KeyRing, macText, subkey } from '../../src/crypto/key-ring.ts';
import { reportFault } from '../../src/errors.ts';
import type { ApprovalAsk, ApprovalScope, ApprovalState } from '../../src/policy/approvals.ts';
import { tableExists } from '../storage/table-exists.ts';
import { type TenantPlace, TenantSeal } from './tenant-seal.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS approval (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    -- A keyed digest of all that it is bound to: of one call while it is asked for, then of its scope.
    tag TEXT NOT NULL,
    state TEXT NOT NULL,
    -- How many rounds of its call were begun by it.
    uses INTEGER NOT NULL DEFAULT 0,
    expires_at_ms INTEGER NOT NULL,
    ask BLOB NOT NULL,
    -- NULL until it is decided about.
    verdict BLOB
  ) STRICT;
  CREATE INDEX IF NOT EXISTS approval_by_tag ON approval (tag);
  CREATE INDEX IF NOT EXISTS approval_by_subject ON approval (subject);
`;

/** What was decided, and by whom. */
export interface Verdict {
  readonly scope: ApprovalScope | null;
  /** The subject. */
  readonly by: string;
  /** Unix time in milliseconds. */
  readonly atMs: number;
  readonly reason: string;
}

/** An approval as it is stored. */
export interface ApprovalRow {
  readonly id: string;
  readonly state: ApprovalState;
  readonly uses: number;
  readonly expiresAtMs: number;
  readonly ask: ApprovalAsk & { readonly askedAtMs: number };
  readonly verdict: Verdict | null;
}

/** The approvals of an organisation in its object's storage. What was asked and decided is sealed; what has expired is not found. */
export class ApprovalRows {
  readonly #sql: SqlStorage;
  readonly #keyRing: KeyRing;
  readonly #seals: TenantSeal;

  constructor(sql: SqlStorage, keyRing: KeyRing) {
    this.#sql = sql;
    this.#keyRing = keyRing;
    this.#seals = new TenantSeal(keyRing);
  }

  insert({ id, expiresAtMs, ask }: Pick<ApprovalRow, 'id' | 'expiresAtMs' | 'ask'>): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      "INSERT INTO approval (id, subject, tag, state, expires_at_ms, ask) VALUES (?, ?, ?, 'asked', ?, ?)",
      id,
      ask.asker.subject,
      this.#tag(ask.asker.tenant, ask.digests.once),
      expiresAtMs,
      this.#seal(id, ask.asker, 'ask', ask),
    );
  }

  find(tenant: string, id: string, nowMs: number): ApprovalRow | null {
    return this.#select(tenant, 'id = ? AND expires_at_ms > ?', id, nowMs)[0] ?? null;
  }

  /** Those that are bound to exactly what a digest is of. */
  bound(tenant: string, digest: string, nowMs: number): ApprovalRow[] {
    const kids = [...this.#keyRing.kids];
    const places = kids.map(() => '?').join();
    const tags = kids.map(kid => this.#tag(tenant, digest, kid));
    return this.#select(tenant, `tag IN (${places}) AND expires_at_ms > ?`, ...tags, nowMs);
  }

  /** In the order of their ids. */
  after(tenant: string, id: string, limit: number, nowMs: number): ApprovalRow[] {
    return this.#select(tenant, 'id > ? AND expires_at_ms > ? ORDER BY id LIMIT ?', id, nowMs, limit);
  }

  stateOf(id: string, nowMs: number): ApprovalState | null {
    if (!this.#exists()) return null;
    const statement = 'SELECT state FROM approval WHERE id = ? AND expires_at_ms > ?';
    return this.#sql.exec<{ state: ApprovalState }>(statement, id, nowMs).toArray()[0]?.state ?? null;
  }

  /** How many somebody has that are asked for, or good. */
  count(subject: string, nowMs: number): number {
    if (!this.#exists()) return 0;
    const statement =
      "SELECT COUNT(*) AS n FROM approval WHERE subject = ? AND state IN ('asked', 'given') AND expires_at_ms > ?";
    return this.#sql.exec<{ n: number }>(statement, subject, nowMs).one().n;
  }

  /** From now on it is bound to what its scope says. */
  decide({ id, ask }: ApprovalRow, verdict: Verdict, expiresAtMs: number): void {
    this.#sql.exec(
      'UPDATE approval SET state = ?, tag = ?, expires_at_ms = ?, verdict = ? WHERE id = ?',
      verdict.scope === null ? 'refused' : 'given',
      this.#tag(ask.asker.tenant, ask.digests[verdict.scope ?? 'once']),
      expiresAtMs,
      this.#seal(id, ask.asker, 'verdict', verdict),
      id,
    );
  }

  /** Notes how many rounds were begun by one. */
  use(id: string, state: ApprovalState, uses: number, expiresAtMs: number): void {
    const statement = 'UPDATE approval SET state = ?, uses = ?, expires_at_ms = ? WHERE id = ?';
    this.#sql.exec(statement, state, uses, expiresAtMs, id);
  }

  delete(id: string): void {
    if (this.#exists()) this.#sql.exec('DELETE FROM approval WHERE id = ?', id);
  }

  /** @returns the ids of those that somebody had. */
  deleteAllOf(subject: string): string[] {
    if (!this.#exists()) return [];
    const statement = 'DELETE FROM approval WHERE subject = ? RETURNING id';
    return this.#sql
      .exec<{ id: string }>(statement, subject)
      .toArray()
      .map(({ id }) => id);
  }

  /** @returns when the next one expires, Unix time in milliseconds; null where there is none. */
  deleteExpired(nowMs: number): number | null {
    if (!this.#exists()) return null;
    this.#sql.exec('DELETE FROM approval WHERE expires_at_ms <= ?', nowMs);
    const statement = 'SELECT MIN(expires_at_ms) AS next_ms FROM approval';
    return this.#sql.exec<{ next_ms: number | null }>(statement).one().next_ms;
  }

  /** One that cannot be opened is reported, and counts for nothing. */
  #select(tenant: string, where: string, ...bindings: (string | number)[]): ApprovalRow[] {
    if (!this.#exists()) return [];
    const rows = this.#sql.exec<StoredRow>(`SELECT * FROM approval WHERE ${where}`, ...bindings).toArray();
    return rows.flatMap(row => {
      try {
        return [this.#open(tenant, row)];
      } catch (error) {
        reportFault('approval_unreadable', error);
        return [];
      }
    });
  }

  #open(tenant: string, { id, subject, state, uses, expires_at_ms, ask, verdict }: StoredRow): ApprovalRow {
    const owner = { tenant, subject };
    return {
      id,
      state,
      uses,
      expiresAtMs: expires_at_ms,
      ask: this.#unseal(id, owner, 'ask', ask),
      verdict: verdict && this.#unseal(id, owner, 'verdict', verdict),
    };
  }

  #seal(id: string, owner: Owner, column: string, value: unknown): ArrayBuffer {
    return this.#seals.seal(placeOf(id, owner, column), value);
  }

  #unseal<T>(id: string, owner: Owner, column: string, sealed: ArrayBuffer): T {
    return this.#seals.open<T>(placeOf(id, owner, column), sealed);
  }

  /** Keyed, so that nobody can find out by trying which arguments it is of. */
  #tag(tenant: string, digest: string, kid = this.#keyRing.current): string {
    return macText(subkey(this.#seals.key(tenant, kid), 'approval-tag'), digest);
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'approval');
  }
}

interface Owner {
  readonly tenant: string;
  readonly subject: string;
}

type StoredRow = {
  id: string;
  subject: string;
  state: ApprovalState;
  uses: number;
  expires_at_ms: number;
  ask: ArrayBuffer;
  verdict: ArrayBuffer | null;
};

function placeOf(id: string, { tenant, subject }: Owner, column: string): TenantPlace {
  return { table: 'approval', tenant, subject, row: id, column };
}
