import type { AuditRow } from './audit-row.ts';
import type { ChainName } from './hash-chain.ts';

/** One statement for any number of rows, which come as one JSON text. A row that is there already stays as it is. */
const INSERT = `
  INSERT INTO audit_event (id, tenant, chain, sequence, at_ms, kind, kid, event, previous_hash, hash)
  SELECT value ->> 'id', value ->> 'tenant', value ->> 'chain', value ->> 'sequence', value ->> 'atMs',
    value ->> 'kind', value ->> 'kid', value ->> 'sealed', value ->> 'previousHash', value ->> 'hash'
  FROM json_each(?) WHERE true
  ON CONFLICT (id) DO NOTHING`;

/** Where a page of events ended: the time and the id of its last. */
export interface EventPlace {
  readonly atMs: number;
  readonly id: string;
}

/** The events of all chains in D1. */
export class StoredEvents {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  /** Stores rows, each once however often it comes. @throws where D1 does not say that it has them. */
  async insert(rows: readonly AuditRow[]): Promise<void> {
    const { success } = await this.#db.prepare(INSERT).bind(JSON.stringify(rows)).run();
    if (!success) throw new Error('D1 did not store the events');
  }

  /** The rows that say that they are at the places after one and up to another. */
  range(name: ChainName, after: number, through: number, limit: number): Promise<AuditRow[]> {
    const where = 'sequence > ? AND sequence <= ? ORDER BY sequence, id LIMIT ?';
    return this.#ofChain(name, where, [after, through, limit]);
  }

  /** The rows that say that they are at a place that no chain has, or has yet. */
  outside(name: ChainName, head: number, limit: number): Promise<AuditRow[]> {
    return this.#ofChain(name, '(sequence < 1 OR sequence > ?) ORDER BY sequence, id LIMIT ?', [head, limit]);
  }

  /** The events of an organisation, newest first. @param before null for the first page. */
  page(tenant: string, before: EventPlace | null, limit: number): Promise<AuditRow[]> {
    const { atMs, id } = before ?? { atMs: Number.MAX_SAFE_INTEGER, id: '' };
    const statement = `SELECT * FROM audit_event WHERE tenant = ? AND (at_ms, id) < (?, ?)
      ORDER BY at_ms DESC, id DESC LIMIT ?`;
    return this.#rows(statement, [tenant, atMs, id, limit]);
  }

  /** The chains of which there are rows, in the order of their names. */
  async chains(tenant: string, after: string, limit: number): Promise<string[]> {
    const statement =
      'SELECT DISTINCT chain FROM audit_event WHERE tenant = ? AND chain > ? ORDER BY chain LIMIT ?';
    const { results } = await this.#db.prepare(statement).bind(tenant, after, limit).all<{ chain: string }>();
    return results.map(({ chain }) => chain);
  }

  #ofChain({ tenant, chain }: ChainName, where: string, values: readonly number[]): Promise<AuditRow[]> {
    const statement = `SELECT * FROM audit_event WHERE tenant = ? AND chain = ? AND ${where}`;
    return this.#rows(statement, [tenant, chain, ...values]);
  }

  async #rows(statement: string, values: readonly unknown[]): Promise<AuditRow[]> {
    const { results } = await this.#db
      .prepare(statement)
      .bind(...values)
      .all<StoredRow>();
    return results.map(rowOf);
  }
}

interface StoredRow {
  readonly id: string;
  readonly tenant: string;
  readonly chain: string;
  readonly sequence: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly kid: string;
  readonly event: string;
  readonly previous_hash: string;
  readonly hash: string;
}

function rowOf({ at_ms, event, previous_hash, ...row }: StoredRow): AuditRow {
  return { ...row, atMs: at_ms, sealed: event, previousHash: previous_hash };
}
