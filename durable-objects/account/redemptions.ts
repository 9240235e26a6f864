import { openJson, type SealingKey, sealJson } from '../../src/crypto/envelope.ts';
import type { Redemption } from '../../src/grants/token-request.ts';
import { tableExists } from '../storage/table-exists.ts';
import { type AccountOwner, accountPlace } from './user-key.ts';

/** How long the same request gets the same answer: long enough for a client that lost it. */
export const RETRY_WINDOW_MS = 60_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS redemption (
    secret_hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    redeemed_at_ms INTEGER NOT NULL,
    response BLOB
  ) STRICT, WITHOUT ROWID;
`;

/** The answer to a token request, kept for an honest retry. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: string;
}

/** What is known of a refresh token that comes again. */
export type Earlier = { readonly kind: 'retry'; readonly answer: TokenAnswer } | { readonly kind: 'replay' };

/**
 * The refresh tokens that one user's grants have used up. One that comes again is an honest retry when it is the same
 * request within the window, and gets the same answer; else it was stolen, from one side or the other
 * (RFC 9700 section 4.14.2).
 */
export class Redemptions {
  readonly #sql: SqlStorage;
  readonly #owner: AccountOwner;
  readonly #key: () => SealingKey;

  /** `key` makes the user's key where there is none yet, so it is only asked for when there is something to seal. */
  constructor(sql: SqlStorage, owner: AccountOwner, key: () => SealingKey) {
    this.#sql = sql;
    this.#owner = owner;
    this.#key = key;
  }

  /** What was done with a refresh token before; undefined when it comes for the first time. */
  earlier({ secretHash, requestHash }: Redemption, nowMs: number): Earlier | undefined {
    this.#sql.exec(SCHEMA);
    const [row] = this.#sql
      .exec<RedemptionRow>('SELECT * FROM redemption WHERE secret_hash = ?', secretHash)
      .toArray();
    if (!row) return undefined;
    const isRetry = row.request_hash === requestHash && nowMs - row.redeemed_at_ms <= RETRY_WINDOW_MS;
    if (!isRetry || row.response === null) return { kind: 'replay' };
    const place = accountPlace(this.#owner, 'redemption', secretHash, 'response');
    const answer = openJson<TokenAnswer>(() => this.#key().key, place, new Uint8Array(row.response));
    return { kind: 'retry', answer };
  }

  remember({ secretHash, requestHash, grantId }: Redemption, answer: TokenAnswer, nowMs: number): void {
    this.#sql.exec(SCHEMA);
    const place = accountPlace(this.#owner, 'redemption', secretHash, 'response');
    const sealed = sealJson(this.#key(), place, answer).buffer;
    // An answer holds live tokens, so it goes as soon as it can no longer be asked for.
    this.#sql.exec('UPDATE redemption SET response = NULL WHERE redeemed_at_ms < ?', nowMs - RETRY_WINDOW_MS);
    this.#sql.exec(
      'INSERT INTO redemption (secret_hash, grant_id, request_hash, redeemed_at_ms, response) VALUES (?, ?, ?, ?, ?)',
      secretHash,
      grantId,
      requestHash,
      nowMs,
      sealed,
    );
  }

  /** Forgets a grant that has ended: none of its tokens is worth anything any more. */
  forget(grantId: string): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('DELETE FROM redemption WHERE grant_id = ?', grantId);
  }

  /** Forgets everything: no grant is left. */
  forgetAll(): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('DELETE FROM redemption');
  }
}

type RedemptionRow = {
  secret_hash: string;
  grant_id: string;
  request_hash: string;
  redeemed_at_ms: number;
  response: ArrayBuffer | null;
};

/** Forgets the answers of a grant that has ended. Needs no key. */
export function forgetRedemptions(sql: SqlStorage, grantId: string): void {
  if (tableExists(sql, 'redemption')) sql.exec('DELETE FROM redemption WHERE grant_id = ?', grantId);
}
