import { openJson, type SealingKey, sealJson } from '../../src/crypto/envelope.ts';
import {
  IDEMPOTENCY_TTL_MS,
  type KeptAnswer,
  type KeyedRequest,
  type KnownRequest,
} from '../../src/grants/idempotency.ts';
import { type AccountOwner, accountPlace } from './user-key.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS keyed_request (
    key TEXT PRIMARY KEY,
    begun_at_ms INTEGER NOT NULL,
    is_ended INTEGER NOT NULL,
    request BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** No change takes so long: what was begun earlier and has not ended was cut off. */
const MAX_RUN_MS = 5 * 60 * 1000;
/** So many keys of one user are remembered at a time. */
export const MAX_KEYED_REQUESTS = 2000;
/** In UTF-16 code units. The answers to changes are small, but for reports of what became of a whole catalog. */
export const MAX_KEPT_ANSWER = 128 * 1024;

/** A request and what it came to; null while it runs, and where that was too large. */
interface Kept {
  readonly request: string;
  readonly answer: KeptAnswer | null;
}

/** The requests of one user that came with an idempotency key, and what they came to, each for a day. */
export class KeyedRequests {
  readonly #sql: SqlStorage;
  readonly #owner: AccountOwner;
  readonly #key: () => SealingKey;

  constructor(sql: SqlStorage, owner: AccountOwner, key: () => SealingKey) {
    this.#sql = sql;
    this.#owner = owner;
    this.#key = key;
  }

  /** In one turn, so that of many at once one is new. */
  begin({ key, request }: KeyedRequest, nowMs: number): KnownRequest {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('DELETE FROM keyed_request WHERE begun_at_ms <= ?', nowMs - IDEMPOTENCY_TTL_MS);
    const known = this.#find(key);
    if (known) return stateOf(known, request, nowMs);
    if (this.#count() >= MAX_KEYED_REQUESTS) return { state: 'full' };
    this.#write(key, { request, answer: null }, { begunAtMs: nowMs, isEnded: false });
    return { state: 'new' };
  }

  end({ key, request }: KeyedRequest, answer: KeptAnswer | null, nowMs: number): void {
    const known = this.#find(key);
    if (!known) return;
    if (answer === null) {
      this.#sql.exec('DELETE FROM keyed_request WHERE key = ?', key);
      return;
    }
    const isLarge = (answer.body?.length ?? 0) > MAX_KEPT_ANSWER;
    this.#write(key, { request, answer: isLarge ? null : answer }, { begunAtMs: nowMs, isEnded: true });
  }

  #find(key: string): Found | null {
    const [row] = this.#sql
      .exec<Row>('SELECT begun_at_ms, is_ended, request FROM keyed_request WHERE key = ?', key)
      .toArray();
    if (!row) return null;
    const kept = openJson<Kept>(() => this.#key().key, this.#place(key), new Uint8Array(row.request));
    return { ...kept, begunAtMs: row.begun_at_ms, isEnded: row.is_ended === 1 };
  }

  #write(key: string, kept: Kept, { begunAtMs, isEnded }: Pick<Found, 'begunAtMs' | 'isEnded'>): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO keyed_request (key, begun_at_ms, is_ended, request) VALUES (?, ?, ?, ?)',
      key,
      begunAtMs,
      isEnded ? 1 : 0,
      sealJson(this.#key(), this.#place(key), kept).buffer,
    );
  }

  #count(): number {
    return this.#sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM keyed_request').one().n;
  }

  #place(key: string) {
    return accountPlace(this.#owner, 'keyed_request', key, 'request');
  }
}

interface Row extends Record<string, SqlStorageValue> {
  readonly begun_at_ms: number;
  readonly is_ended: number;
  readonly request: ArrayBuffer;
}

interface Found extends Kept {
  readonly begunAtMs: number;
  readonly isEnded: boolean;
}

function stateOf({ request, answer, begunAtMs, isEnded }: Found, asked: string, nowMs: number): KnownRequest {
  if (request !== asked) return { state: 'other' };
  if (isEnded) return answer ? { state: 'answered', answer } : { state: 'large' };
  return { state: nowMs - begunAtMs < MAX_RUN_MS ? 'running' : 'unknown' };
}
