import type { ListedChain } from '../../src/audit/audit-chains.ts';
import type { ChainPoint } from '../../src/audit/hash-chain.ts';
import { tableExists } from '../storage/table-exists.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS audit_chain (
    chain TEXT PRIMARY KEY,
    -- NULL while an object records it; else its head, which only this list knows from then on.
    closed_sequence INTEGER,
    closed_hash TEXT
  ) STRICT, WITHOUT ROWID;
`;

/** The audit chains of an organisation. None is ever taken off: one that is gone from D1 must be missed. */
export class ChainBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(chain: string): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec('INSERT OR IGNORE INTO audit_chain (chain) VALUES (?)', chain);
  }

  /** Writes down how a chain ended. What was written down stays: whoever closes it again says the same. */
  close(chain: string, { sequence, hash }: ChainPoint): void {
    this.add(chain);
    const statement = `UPDATE audit_chain SET closed_sequence = ?, closed_hash = ?
      WHERE chain = ? AND closed_hash IS NULL`;
    this.#sql.exec(statement, sequence, hash, chain);
  }

  find(chain: string): ListedChain | null {
    return this.#rows('chain = ?', chain)[0] ?? null;
  }

  /** In the order of their names. */
  list(after: string, limit: number): ListedChain[] {
    return this.#rows('chain > ? ORDER BY chain LIMIT ?', after, limit);
  }

  #rows(where: string, ...bindings: SqlStorageValue[]): ListedChain[] {
    if (!tableExists(this.#sql, 'audit_chain')) return [];
    const statement = `SELECT chain, closed_sequence, closed_hash FROM audit_chain WHERE ${where}`;
    const rows = this.#sql.exec<ChainRow>(statement, ...bindings).toArray();
    return rows.map(({ chain, closed_sequence: sequence, closed_hash: hash }) => ({
      chain,
      closed: sequence === null || hash === null ? null : { sequence, hash },
    }));
  }
}

type ChainRow = { chain: string; closed_sequence: number | null; closed_hash: string | null };
