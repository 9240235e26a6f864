import { utf8 } from '../../src/crypto/bytes.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { GatehouseError } from '../../src/errors.ts';
import type { PolicyEntry, PolicyVersion } from '../../src/policy/policy-keeper.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/policy/rule.ts';
import { tableExists } from '../storage/table-exists.ts';
import { type TenantPlace, TenantSeal } from './tenant-seal.ts';

const TABLE = 'policy_version';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    version INTEGER PRIMARY KEY,
    saved_at_ms INTEGER NOT NULL,
    -- NULL, or the version that it is equal to.
    restores INTEGER,
    -- JSON: author and reason; sealed.
    entry BLOB NOT NULL,
    -- JSON: the policy; sealed.
    policy BLOB NOT NULL
  ) STRICT;
`;

/** The platform stores values of up to 2 MB; what compiles in no time is much smaller. */
const MAX_POLICY_BYTES = 512 * 1024;

/** The default policy, as a version. */
const DEFAULT_VERSION: PolicyVersion = {
  version: 0,
  policy: DEFAULT_POLICY,
  author: '',
  reason: '',
  restores: null,
  savedAtMs: 0,
};

/** Every version of an organisation's policy. None is ever changed or deleted; the last one is in use. */
export class PolicyVersions {
  readonly #sql: SqlStorage;
  readonly #seals: TenantSeal;
  readonly #tenant: string;

  constructor(sql: SqlStorage, keyRing: KeyRing, tenant: string) {
    this.#sql = sql;
    this.#seals = new TenantSeal(keyRing);
    this.#tenant = tenant;
  }

  /** The number of the version in use. */
  get current(): number {
    if (!this.#exists()) return DEFAULT_VERSION.version;
    const [row] = this.#sql.exec<{ version: number | null }>(`SELECT MAX(version) AS version FROM ${TABLE}`);
    return row?.version ?? DEFAULT_VERSION.version;
  }

  /** One version; null where there is none. @throws GatehouseError `sealed_unreadable`. */
  read(version: number): PolicyVersion | null {
    if (version === DEFAULT_VERSION.version) return DEFAULT_VERSION;
    if (!this.#exists()) return null;
    const [row] = this.#sql.exec<VersionRow>(`SELECT * FROM ${TABLE} WHERE version = ?`, version);
    return row ? { ...this.#entry(row), policy: this.#open<Policy>(version, 'policy', row.policy) } : null;
  }

  /** Versions before one, the newest first, and last of all the default policy. */
  list(before: number | null, limit: number): PolicyEntry[] {
    const until = before ?? this.current + 1;
    const rows = this.#exists()
      ? this.#sql
          .exec<VersionRow>(
            `SELECT version, saved_at_ms, restores, entry FROM ${TABLE} WHERE version < ? ORDER BY version DESC LIMIT ?`,
            until,
            limit,
          )
          .toArray()
      : [];
    const entries = rows.map(row => this.#entry(row));
    const { policy: _policy, ...first } = DEFAULT_VERSION;
    return entries.length < limit && until > first.version ? [...entries, first] : entries;
  }

  /** Adds the version that is in use from now on. */
  add({ version, policy, author, reason, restores, savedAtMs }: PolicyVersion): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT INTO ${TABLE} (version, saved_at_ms, restores, entry, policy) VALUES (?, ?, ?, ?, ?)`,
      version,
      savedAtMs,
      restores,
      this.#seal(version, 'entry', { author, reason } satisfies Said),
      this.#seal(version, 'policy', policy),
    );
  }

  #entry({ version, saved_at_ms: savedAtMs, restores, entry }: VersionRow): PolicyEntry {
    return { version, ...this.#open<Said>(version, 'entry', entry), restores, savedAtMs };
  }

  #seal(version: number, column: string, value: unknown): ArrayBuffer {
    return this.#seals.seal(this.#place(version, column), value);
  }

  #open<Value>(version: number, column: string, sealed: ArrayBuffer): Value {
    return this.#seals.open<Value>(this.#place(version, column), sealed);
  }

  #place(version: number, column: string): TenantPlace {
    return { table: TABLE, tenant: this.#tenant, subject: '', row: String(version), column };
  }

  #exists(): boolean {
    return tableExists(this.#sql, TABLE);
  }
}

/** @throws GatehouseError `policy_invalid` for what is too large to be kept. */
export function checkPolicySize(policy: Policy): void {
  const bytes = utf8(JSON.stringify(policy)).length;
  if (bytes <= MAX_POLICY_BYTES) return;
  throw new GatehouseError(
    'policy_invalid',
    `The policy has ${bytes} bytes as JSON; at most ${MAX_POLICY_BYTES} are kept. Patterns with \`*\` say more with less.`,
  );
}

/** What its author said of a version. */
type Said = { readonly author: string; readonly reason: string };

type VersionRow = {
  version: number;
  saved_at_ms: number;
  restores: number | null;
  entry: ArrayBuffer;
  policy: ArrayBuffer;
};
