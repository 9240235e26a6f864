import type { Proof } from '../../src/grants/proof.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS user_access (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    ended_at_ms INTEGER NOT NULL,
    is_suspended INTEGER NOT NULL
  ) STRICT;
`;

/** How far the clock of who made a proof may be ahead of ours. */
const CLOCK_SKEW_MS = 30_000;

/** By how much a proof may be older than it says: only then is it told apart from what was made before an end. */
const DOUBT_MS: Readonly<Record<Proof['clock'], number>> = { ours: 0, foreign: CLOCK_SKEW_MS };

/**
 * Whether one user may come in, and which proofs of who they are still count: those that were made after all of their access
 * was last ended. Nothing is stored before that happens. Times are Unix times in milliseconds.
 */
export class UserAccessRecord {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get isSuspended(): boolean {
    return this.#row?.is_suspended === 1;
  }

  /** @param sourceEndedAtMs when what the proof belongs to was last ended. */
  isProofGood({ provedAtMs, clock }: Omit<Proof, 'source'>, nowMs: number, sourceEndedAtMs = 0): boolean {
    if (this.isSuspended || !Number.isFinite(provedAtMs)) return false;
    const endedAtMs = Math.max(this.#endedAtMs, sourceEndedAtMs);
    // A proof of the future would outlive an end that is yet to come.
    const isOfNow = provedAtMs <= Math.max(nowMs, endedAtMs) + CLOCK_SKEW_MS;
    return isOfNow && provedAtMs - DOUBT_MS[clock] > endedAtMs;
  }

  /** The time of a new sign-in: now, but always after the last end; null while suspended. */
  signInTime(nowMs: number): number | null {
    return this.isSuspended ? null : Math.max(nowMs, this.#endedAtMs + 1);
  }

  /** From now on, no earlier proof counts. */
  end(nowMs: number): void {
    this.#write(Math.max(nowMs, this.#endedAtMs), this.isSuspended);
  }

  /** The same, and no later one until {@link restore}. */
  suspend(nowMs: number): void {
    this.#write(Math.max(nowMs, this.#endedAtMs), true);
  }

  restore(): void {
    if (this.isSuspended) this.#write(this.#endedAtMs, false);
  }

  get #endedAtMs(): number {
    return this.#row?.ended_at_ms ?? 0;
  }

  get #row(): AccessRow | undefined {
    if (!tableExists(this.#sql, 'user_access')) return undefined;
    return this.#sql.exec<AccessRow>('SELECT ended_at_ms, is_suspended FROM user_access').toArray()[0];
  }

  #write(endedAtMs: number, isSuspended: boolean): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      'INSERT OR REPLACE INTO user_access (id, ended_at_ms, is_suspended) VALUES (1, ?, ?)',
      endedAtMs,
      Number(isSuspended),
    );
  }
}

type AccessRow = { ended_at_ms: number; is_suspended: number };
