import type { GrantRecord } from '../../src/grants/grant-store.ts';
import type { GrantMetadata } from '../../src/grants/installation.ts';
import { tableExists } from '../storage/table-exists.ts';
import { forgetRedemptions } from './redemptions.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS grant_record (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    metadata TEXT,
    expires_at INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/** `grant:<user>:<grant>` or `token:<user>:<grant>:<hash>`. */
const KEY = /^(grant|token):([^:]*):([^:]*)/;

/** A grant, as far as it may be shown. */
export interface GrantShown {
  readonly installationId: string;
  readonly client: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
}

/**
 * One user's grants and access tokens, as the authorization library writes them: hashes and sealed props, never a
 * token. Reading makes no table, so asking about a user who never signed in leaves nothing behind.
 */
export class GrantRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(key: string): GrantRecord | null {
    const [row] = this.#rows('key = ?', key);
    return row ? { value: row.value, metadata: row.metadata, expiresAt: row.expires_at } : null;
  }

  write(key: string, { value, metadata, expiresAt }: GrantRecord): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('DELETE FROM grant_record WHERE expires_at <= ?', now());
    this.#sql.exec(
      'INSERT OR REPLACE INTO grant_record (key, value, metadata, expires_at) VALUES (?, ?, ?, ?)',
      key,
      value,
      metadata,
      expiresAt,
    );
  }

  /** Deletes a grant or token. With a grant go the answers that are kept of its refreshes: they hold its tokens. */
  delete(key: string): void {
    if (this.#exists()) this.#sql.exec('DELETE FROM grant_record WHERE key = ?', key);
    const [, kind, , grant] = KEY.exec(key) ?? [];
    if (kind === 'grant') forgetRedemptions(this.#sql, grant ?? '');
  }

  /** The keys that begin with a prefix, in order. */
  list(prefix: string): { key: string; metadata: string | null }[] {
    const rows = this.#rows('substr(key, 1, length(?)) = ?', prefix, prefix);
    return rows.map(({ key, metadata }) => ({ key, metadata }));
  }

  /** The installation that a grant belongs to, or a token's grant; null where there is no such grant. */
  installationOf(key: string): string | null {
    const [, , user, grant] = KEY.exec(key) ?? [];
    const [row] = this.#rows('key = ?', `grant:${user}:${grant}`);
    return row ? installationIn(row) : null;
  }

  /** The installations that grants belong to. */
  installations(): string[] {
    const ids = this.#rows("substr(key, 1, 6) = 'grant:'").map(installationIn);
    return [...new Set(ids.filter(id => id !== null))];
  }

  /** Deletes every grant and token. */
  clear(): void {
    if (this.#exists()) this.#sql.exec('DELETE FROM grant_record');
  }

  /** The keys of an installation's grants, in order. */
  grantsOf(installationId: string): string[] {
    const rows = this.#rows("substr(key, 1, 6) = 'grant:'");
    return rows.filter(row => installationIn(row) === installationId).map(({ key }) => key);
  }

  /** The scopes of an installation's grants that a client holds tokens of; null where there are none. */
  scopesOf(installationId: string): string[] | null {
    const grants = this.grantsOf(installationId).map(key => partsOf(this.read(key) ?? { value: '{}' }));
    const held = grants.filter(({ authCodeWrappedKey }) => authCodeWrappedKey === undefined);
    return held.length === 0 ? null : [...new Set(held.flatMap(({ scope }) => scope ?? []))];
  }

  /** Deletes the other grants of a grant's installation: what the client got last takes their place. */
  supersede(key: string): void {
    const installation = this.installationOf(key);
    if (installation === null) return;
    for (const other of this.grantsOf(installation)) if (other !== key) this.deleteGrant(other);
  }

  /** The client that a grant belongs to, or a token's grant; null where there is no such grant. */
  clientOf(key: string): string | null {
    const [, , user, grant] = KEY.exec(key) ?? [];
    const [row] = this.#rows('key = ?', `grant:${user}:${grant}`);
    return row ? partsOf(row).clientId : null;
  }

  /** All grants that live, as far as they may be shown. */
  shown(): GrantShown[] {
    return this.#rows("substr(key, 1, 6) = 'grant:'").flatMap(row => {
      const { clientId, resource, scope, createdAt } = partsOf(row);
      const installationId = installationIn(row);
      if (installationId === null) return [];
      return [{ installationId, client: clientId, resource, scopes: scope, createdAtMs: createdAt * 1000 }];
    });
  }

  /** Deletes a grant with all of its tokens. */
  deleteGrant(key: string): void {
    this.delete(key);
    for (const token of this.list(`${key.replace('grant:', 'token:')}:`)) this.delete(token.key);
  }

  /** Rows that live, in the order of their keys. */
  #rows(condition: string, ...bindings: string[]): RecordRow[] {
    if (!this.#exists()) return [];
    const statement = `SELECT * FROM grant_record WHERE (${condition}) AND (expires_at IS NULL OR expires_at > ?) ORDER BY key`;
    return this.#sql.exec<RecordRow>(statement, ...bindings, now()).toArray();
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'grant_record');
  }
}

type RecordRow = { key: string; value: string; metadata: string | null; expires_at: number | null };

/** What the library writes of a grant in the clear, as far as we read it. */
interface GrantParts {
  readonly clientId: string;
  readonly resource: string;
  readonly scope: readonly string[];
  /** Unix time in seconds. */
  readonly createdAt: number;
  /** There until the code is redeemed. */
  readonly authCodeWrappedKey?: string;
  /** What we gave it as metadata. */
  readonly metadata?: Partial<GrantMetadata>;
}

function partsOf({ value }: Pick<RecordRow, 'value'>): GrantParts {
  return JSON.parse(value) as GrantParts;
}

/** The installation that a record names, as a grant does; null for every other. */
export function installationIn(record: Pick<RecordRow, 'value'>): string | null {
  return partsOf(record).metadata?.installation ?? null;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
