import { fromUtf8, utf8 } from '../../src/crypto/bytes.ts';
import { open, type SealedPlace, type SealingKey, seal } from '../../src/crypto/envelope.ts';
import type { UpstreamSignIn } from '../../src/grants/sign-in-register.ts';
import { tableExists } from '../storage/table-exists.ts';
import { type AccountOwner, accountPlace } from './user-key.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS upstream_identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    provider TEXT NOT NULL,
    refresh_token BLOB,
    signed_in_at_ms INTEGER NOT NULL,
    verified_at_ms INTEGER NOT NULL
  ) STRICT;
`;

/** The last sign-in of a user at their identity provider. Times are Unix times in milliseconds. */
export interface LastSignIn {
  readonly provider: string;
  readonly signedInAtMs: number;
  /** When the provider last vouched for the user: at the sign-in, or when it was asked again. */
  readonly verifiedAtMs: number;
  /** The provider's refresh token, sealed; null where it gave none. It tells one token from the next, too. */
  readonly sealedToken: Uint8Array<ArrayBuffer> | null;
}

/**
 * How to ask a user's identity provider about them again. One row, of the newest sign-in: the user is one person, however
 * many apps and browsers they have.
 */
export class UpstreamIdentity {
  readonly #sql: SqlStorage;
  readonly #place: SealedPlace;
  readonly #key: () => SealingKey;

  /** `key` makes the user's key where there is none yet, so it is only asked for when there is something to seal. */
  constructor(sql: SqlStorage, owner: AccountOwner, key: () => SealingKey) {
    this.#sql = sql;
    this.#place = accountPlace(owner, 'upstream_identity', '1', 'refresh_token');
    this.#key = key;
  }

  read(): LastSignIn | null {
    if (!this.#exists()) return null;
    const [row] = this.#sql.exec<IdentityRow>('SELECT * FROM upstream_identity').toArray();
    if (!row) return null;
    return {
      provider: row.provider,
      signedInAtMs: row.signed_in_at_ms,
      verifiedAtMs: row.verified_at_ms,
      sealedToken: row.refresh_token && new Uint8Array(row.refresh_token),
    };
  }

  /**
   * Takes note of a newer sign-in. Some providers give a refresh token at the first one only: it is kept when the newer one
   * brings none.
   */
  signedIn({ provider, refreshToken }: UpstreamSignIn, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    const earlier = this.read();
    const kept = earlier?.provider === provider ? earlier.sealedToken : null;
    const sealed = refreshToken === undefined ? kept : this.#seal(refreshToken);
    this.#sql.exec(
      `INSERT OR REPLACE INTO upstream_identity (id, provider, refresh_token, signed_in_at_ms, verified_at_ms)
       VALUES (1, ?, ?, ?, ?)`,
      provider,
      sealed?.buffer ?? null,
      nowMs,
      nowMs,
    );
  }

  /**
   * The refresh token of a sign-in.
   * @throws GatehouseError `sealed_unreadable`.
   */
  tokenOf(sealedToken: Uint8Array): string {
    return fromUtf8(open(() => this.#key().key, this.#place, sealedToken));
  }

  /**
   * Puts a new refresh token in the place of the one it came for, unless that is gone already.
   * @returns the new one, sealed.
   */
  rotated(sealedToken: Uint8Array<ArrayBuffer>, refreshToken: string): Uint8Array<ArrayBuffer> {
    const sealed = this.#seal(refreshToken);
    this.#sql.exec(
      'UPDATE upstream_identity SET refresh_token = ? WHERE refresh_token = ?',
      sealed.buffer,
      sealedToken.buffer,
    );
    return sealed;
  }

  verified(nowMs: number): void {
    this.#sql.exec('UPDATE upstream_identity SET verified_at_ms = ?', nowMs);
  }

  /** Whether a refresh token is still the one to ask with. */
  isCurrent(sealedToken: Uint8Array): boolean {
    const current = this.read()?.sealedToken;
    return Boolean(current && Buffer.from(current).equals(sealedToken));
  }

  delete(): void {
    if (this.#exists()) this.#sql.exec('DELETE FROM upstream_identity');
  }

  #seal(refreshToken: string): Uint8Array<ArrayBuffer> {
    return seal(this.#key(), this.#place, utf8(refreshToken));
  }

  #exists(): boolean {
    return tableExists(this.#sql, 'upstream_identity');
  }
}

type IdentityRow = {
  provider: string;
  refresh_token: ArrayBuffer | null;
  signed_in_at_ms: number;
  verified_at_ms: number;
};
