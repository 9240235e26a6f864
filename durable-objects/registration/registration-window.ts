import {
  QUOTA_WINDOW_MS,
  type QuotaAnswer,
  type QuotaLimits,
  type QuotaSetting,
} from '../../src/grants/registration-quota.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS registration (
    seq INTEGER PRIMARY KEY,
    address_tag TEXT NOT NULL,
    address_seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS registration_of_address ON registration (address_tag, address_seq);
  CREATE INDEX IF NOT EXISTS registration_at ON registration (at_ms);
`;

/**
 * For each limit, the registration that must be over before the next: the one that stands the limit (`?2`) behind it, of
 * an address (`?1`) or of all.
 */
const BLOCKING: readonly (readonly [QuotaSetting, string])[] = [
  [
    'REGISTRATIONS_PER_ADDRESS_PER_HOUR',
    `SELECT at_ms FROM registration WHERE address_tag = ?1 AND address_seq =
      (SELECT MAX(address_seq) FROM registration WHERE address_tag = ?1) + 1 - ?2`,
  ],
  [
    'REGISTRATIONS_PER_HOUR',
    'SELECT at_ms FROM registration WHERE seq = (SELECT MAX(seq) FROM registration) + 1 - ?2',
  ],
];

const INSERT = `
  INSERT INTO registration (address_tag, address_seq, at_ms) VALUES (
    ?1,
    (SELECT COALESCE(MAX(address_seq), 0) + 1 FROM registration WHERE address_tag = ?1),
    ?2
  )
`;

/**
 * The registrations of the last hour, one row each: a sliding window, so that no hour whatever has more than its limit.
 * Rows are numbered, over all and per address, and only the oldest ever go. So one look at one row says whether a
 * limit is reached, however many rows there are.
 */
export class RegistrationWindow {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Counts one more registration, unless a limit is reached: then nothing is stored. */
  take(addressTag: string, limits: QuotaLimits, nowMs: number): QuotaAnswer {
    this.#sql.exec(SCHEMA);
    this.forget(nowMs);
    for (const [setting, select] of BLOCKING) {
      const [row] = this.#sql.exec<AtRow>(select, addressTag, limits[setting]).toArray();
      if (row) return { isTaken: false, setting, retryAfterSeconds: secondsUntil(endMs(row), nowMs) };
    }
    this.#sql.exec(INSERT, addressTag, nowMs);
    return { isTaken: true };
  }

  /**
   * Deletes what no longer counts.
   * @returns when the last of the rest no longer will, Unix time in milliseconds; null where nothing is left.
   */
  forget(nowMs: number): number | null {
    if (!tableExists(this.#sql, 'registration')) return null;
    this.#sql.exec('DELETE FROM registration WHERE at_ms <= ?', nowMs - QUOTA_WINDOW_MS);
    const [newest] = this.#sql
      .exec<AtRow>('SELECT at_ms FROM registration ORDER BY at_ms DESC LIMIT 1')
      .toArray();
    return newest ? endMs(newest) : null;
  }
}

type AtRow = { at_ms: number };

function endMs({ at_ms }: AtRow): number {
  return at_ms + QUOTA_WINDOW_MS;
}

function secondsUntil(timeMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((timeMs - nowMs) / 1000));
}
