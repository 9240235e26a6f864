import type { ChainList } from '../../src/audit/audit-chains.ts';
import type { AuditRow } from '../../src/audit/audit-row.ts';
import type { StoredEvents } from '../../src/audit/stored-events.ts';
import { reportFault } from '../../src/errors.ts';
import { wakeBy } from '../storage/wake.ts';
import { AuditOutbox, type OutboxChain } from './audit-outbox.ts';
import { nextTry } from './delivery-times.ts';

/** How many events go to D1 at once. */
const BATCH_EVENTS = 100;

/** How long all of them may be together: they go as one value of D1, which holds 2 MB. In characters of the sealed texts. */
const BATCH_LENGTH = 1_000_000;

/** How many batches go by one alarm. */
const MAX_BATCHES = 20;

/** How long D1, or the tenant, may take. */
const TIMEOUT_MS = 15_000;

/** What an object delivers with. */
export interface DeliveryParts {
  readonly storage: DurableObjectStorage;
  readonly events: Pick<StoredEvents, 'insert'>;
  readonly listOf: (tenant: string) => Pick<ChainList, 'noteAuditChain'>;
  /** Told after each delivery how many events still wait. */
  readonly onWaiting?: (chain: OutboxChain, waiting: number) => void;
}

/** Brings an object's events to D1: by alarm, in their order, each at least once. */
export class AuditDelivery {
  readonly #parts: DeliveryParts;
  readonly #outbox: AuditOutbox;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#outbox = new AuditOutbox(parts.storage.sql);
  }

  /**
   * To be called by each alarm: delivers what is due, and sees to the next alarm. It fails only where the object's own
   * storage does.
   */
  async run(): Promise<void> {
    const nextAtMs = await this.deliverDue();
    if (nextAtMs !== null) await wakeBy(this.#parts.storage, nextAtMs);
  }

  /** The same, without setting the alarm. @returns when it must ring; null where nothing is left. */
  async deliverDue(): Promise<number | null> {
    const chain = this.#outbox.chain();
    if (!chain || chain.dueAtMs === null) return null;
    if (chain.dueAtMs > Date.now()) return chain.dueAtMs;
    const nextAtMs = await this.#deliver(chain);
    this.#parts.onWaiting?.(chain, this.#outbox.waiting);
    return nextAtMs;
  }

  /** @returns when to go on; null where nothing is left. */
  async #deliver(chain: OutboxChain): Promise<number | null> {
    try {
      await within(TIMEOUT_MS, this.#list(chain));
      await this.#batches(chain);
      // Asked in the same turn as the time is set: what is recorded after that sees to its own delivery.
      return this.#schedule(this.#outbox.waiting > 0 ? Date.now() : null, 0);
    } catch (error) {
      reportFault('audit_not_delivered', error, { chain: chain.chain });
      const failures = chain.failures + 1;
      return this.#schedule(nextTry(failures, Date.now(), Math.random()), failures);
    }
  }

  /** A chain that nobody knows could vanish from D1 as a whole. */
  async #list({ tenant, chain, isListed }: OutboxChain): Promise<void> {
    if (isListed) return;
    await this.#parts.listOf(tenant).noteAuditChain(chain);
    this.#outbox.listed();
  }

  async #batches(chain: OutboxChain): Promise<void> {
    for (let count = 0; count < MAX_BATCHES; count += 1) {
      const rows = fitting(this.#outbox.oldest(chain, BATCH_EVENTS));
      const last = rows.at(-1);
      if (!last) return;
      await within(TIMEOUT_MS, this.#parts.events.insert(rows));
      // Only now: if the object dies in between, they come again, and are stored once.
      this.#outbox.delivered(last.sequence);
    }
  }

  #schedule(atMs: number | null, failures: number): number | null {
    this.#outbox.schedule(atMs, failures);
    return atMs;
  }
}

/** As many rows as go at once, one at least. */
function fitting(rows: readonly AuditRow[]): readonly AuditRow[] {
  let length = 0;
  return rows.filter(({ sealed }, index) => {
    length += sealed.length;
    return index === 0 || length <= BATCH_LENGTH;
  });
}

/** @throws where work takes longer. It may still be done; it is then done again. */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('took too long')), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
