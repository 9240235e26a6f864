import type { ChainList, ChainState } from '../../src/audit/audit-chains.ts';
import type { ChainName, ChainPoint } from '../../src/audit/hash-chain.ts';
import { reportFault } from '../../src/errors.ts';
import { tableExists } from '../storage/table-exists.ts';
import { within } from './audit-delivery.ts';
import { AuditOutbox } from './audit-outbox.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS audit_closing (
    chain TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** How long the tenant may take. */
const TIMEOUT_MS = 15_000;

/** When to tell it again where it could not be told. */
const RETRY_MS = 60_000;

/** What an object closes its chains with. */
export interface ClosingParts {
  readonly storage: DurableObjectStorage;
  readonly listOf: (tenant: string) => Pick<ChainList, 'closeAuditChain'>;
}

/**
 * Closes chains that come to no more events, so that their object need not be kept, nor asked: their heads go to the tenant's
 * list. An object that records again begins another chain.
 */
export class ChainClosing {
  readonly #parts: ClosingParts;
  readonly #outbox: AuditOutbox;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
    this.#outbox = new AuditOutbox(parts.storage.sql);
  }

  /**
   * Closes the object's chain once D1 has all of it, and it is over or has had no events for long enough.
   * @returns when to try again; null where there is nothing to close, or not before more was delivered.
   */
  closeWhereIdle(idleMs: number, nowMs: number): number | null {
    const chain = this.#outbox.chain();
    if (!chain || this.#outbox.waiting > 0) return null;
    const idleAtMs = chain.isOver ? nowMs : chain.recordedAtMs + idleMs;
    if (idleAtMs > nowMs) return idleAtMs;
    this.#close(chain);
    return null;
  }

  /** Tells the tenant of closed chains. @returns when to try again; null where it knows of all. */
  async tell(): Promise<number | null> {
    try {
      for (const row of this.#rows()) await this.#tell(row);
      return null;
    } catch (error) {
      reportFault('audit_chain_not_closed', error);
      return Date.now() + RETRY_MS;
    }
  }

  /** How a chain stands that is closed, and that the tenant has not been told of; null for any other. */
  stateOf(chain: string): ChainState | null {
    const [head] = this.#rows().filter(row => row.chain === chain);
    return head ? { head, delivered: head } : null;
  }

  /** Whether the tenant has yet to be told of some. */
  get isPending(): boolean {
    return this.#rows().length > 0;
  }

  /** In one turn, so that what is recorded next begins another chain. */
  #close({ chain, tenant, head }: ChainName & { readonly head: ChainPoint }): void {
    const { storage } = this.#parts;
    storage.transactionSync(() => {
      storage.sql.exec(SCHEMA);
      const statement = 'INSERT INTO audit_closing (chain, tenant, sequence, hash) VALUES (?, ?, ?, ?)';
      storage.sql.exec(statement, chain, tenant, head.sequence, head.hash);
      this.#outbox.end();
    });
  }

  async #tell({ tenant, chain, sequence, hash }: ClosingRow): Promise<void> {
    await within(TIMEOUT_MS, this.#parts.listOf(tenant).closeAuditChain(chain, { sequence, hash }));
    this.#parts.storage.sql.exec('DELETE FROM audit_closing WHERE chain = ?', chain);
  }

  #rows(): ClosingRow[] {
    const { sql } = this.#parts.storage;
    return tableExists(sql, 'audit_closing')
      ? sql.exec<ClosingRow>('SELECT * FROM audit_closing').toArray()
      : [];
  }
}

type ClosingRow = { chain: string; tenant: string; sequence: number; hash: string };
