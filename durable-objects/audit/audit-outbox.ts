import type { ChainState } from '../../src/audit/audit-chains.ts';
import type { AuditRow } from '../../src/audit/audit-row.ts';
import type { ChainName, ChainPoint } from '../../src/audit/hash-chain.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS audit_chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- The object does not know its own, and delivers by alarm.
    tenant TEXT NOT NULL,
    chain TEXT NOT NULL,
    -- The head: the last event that was recorded.
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL,
    -- 1 once the tenant's list of chains has it.
    is_listed INTEGER NOT NULL DEFAULT 0,
    -- When to deliver; NULL where there is nothing to.
    due_at_ms INTEGER,
    -- How often delivery has failed since it last went well.
    failures INTEGER NOT NULL DEFAULT 0,
    -- When the last event was recorded.
    recorded_at_ms INTEGER NOT NULL,
    -- 1 where what it tells of has ended: it is closed as soon as D1 has it.
    is_over INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS audit_outbox (
    sequence INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    kid TEXT NOT NULL,
    event TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
`;

/** The one chain of an object. */
export interface OutboxChain extends ChainName {
  readonly head: ChainPoint;
  readonly isListed: boolean;
  readonly dueAtMs: number | null;
  readonly failures: number;
  /** When the last event was recorded. */
  readonly recordedAtMs: number;
  /** Whether what it tells of has ended. */
  readonly isOver: boolean;
}

/** The head of an object's chain, and those of its events that D1 does not have yet. */
export class AuditOutbox {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null where nothing was ever recorded. */
  chain(): OutboxChain | null {
    if (!tableExists(this.#sql, 'audit_chain')) return null;
    const [row] = this.#sql.exec<ChainRow>('SELECT * FROM audit_chain').toArray();
    if (!row) return null;
    const { tenant, chain, sequence, hash, is_listed, due_at_ms, failures } = row;
    const about = { isListed: is_listed === 1, dueAtMs: due_at_ms, failures };
    const times = { recordedAtMs: row.recorded_at_ms, isOver: row.is_over === 1 };
    return { tenant, chain, head: { sequence, hash }, ...about, ...times };
  }

  /** Makes a row the head. To be called in a transaction. */
  append({ tenant, chain, sequence, hash, ...row }: AuditRow): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      `INSERT INTO audit_chain (id, tenant, chain, sequence, hash, recorded_at_ms) VALUES (1, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         sequence = excluded.sequence, hash = excluded.hash, recorded_at_ms = excluded.recorded_at_ms`,
      tenant,
      chain,
      sequence,
      hash,
      row.atMs,
    );
    this.#sql.exec(
      `INSERT INTO audit_outbox (sequence, event_id, at_ms, kind, kid, event, previous_hash, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      sequence,
      row.id,
      row.atMs,
      row.kind,
      row.kid,
      row.sealed,
      row.previousHash,
      hash,
    );
  }

  /** The oldest rows that are not delivered. */
  oldest({ tenant, chain }: ChainName, limit: number): AuditRow[] {
    return this.#sql
      .exec<OutboxRow>('SELECT * FROM audit_outbox ORDER BY sequence LIMIT ?', limit)
      .toArray()
      .map(row => ({
        tenant,
        chain,
        sequence: row.sequence,
        id: row.event_id,
        atMs: row.at_ms,
        kind: row.kind,
        kid: row.kid,
        sealed: row.event,
        previousHash: row.previous_hash,
        hash: row.hash,
      }));
  }

  /** Forgets rows that D1 has. The head stays. */
  delivered(through: number): void {
    this.#sql.exec('DELETE FROM audit_outbox WHERE sequence <= ?', through);
  }

  /** How the chain stands; null where nothing was ever recorded. */
  state(): ChainState | null {
    const chain = this.chain();
    if (!chain) return null;
    const { head } = chain;
    // Rows are delivered in their order, so the oldest one tells how far that is.
    const [oldest] = this.oldest(chain, 1);
    const delivered = oldest ? { sequence: oldest.sequence - 1, hash: oldest.previousHash } : head;
    return { head, delivered };
  }

  /** The same of a chain by its name: null where it is not the object's own. */
  stateOf(name: string): ChainState | null {
    return this.chain()?.chain === name ? this.state() : null;
  }

  /** How many events are not delivered. */
  get waiting(): number {
    const state = this.state();
    return state ? state.head.sequence - state.delivered.sequence : 0;
  }

  listed(): void {
    this.#sql.exec('UPDATE audit_chain SET is_listed = 1');
  }

  /** @param atMs when to deliver; null for not at all. */
  schedule(atMs: number | null, failures: number): void {
    this.#sql.exec('UPDATE audit_chain SET due_at_ms = ?, failures = ?', atMs, failures);
  }

  /** Has the chain closed as soon as D1 has it. */
  over(): void {
    if (this.chain()) this.#sql.exec('UPDATE audit_chain SET is_over = 1');
  }

  /** Forgets the chain, all of which D1 has: what is recorded next begins another. */
  end(): void {
    this.#sql.exec('DELETE FROM audit_chain');
  }
}

type ChainRow = {
  tenant: string;
  chain: string;
  sequence: number;
  hash: string;
  is_listed: number;
  due_at_ms: number | null;
  failures: number;
  recorded_at_ms: number;
  is_over: number;
};

type OutboxRow = {
  sequence: number;
  event_id: string;
  at_ms: number;
  kind: string;
  kid: string;
  event: string;
  previous_hash: string;
  hash: string;
};
