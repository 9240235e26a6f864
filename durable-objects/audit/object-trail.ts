import { randomUUID } from 'node:crypto';
import { rowAfter } from '../../src/audit/audit-row.ts';
import type { AuditTrail } from '../../src/audit/audit-trail.ts';
import { type AuditEntry, eventOf } from '../../src/audit/event.ts';
import { type ChainName, genesis } from '../../src/audit/hash-chain.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { GatehouseError } from '../../src/errors.ts';
import { AuditOutbox } from './audit-outbox.ts';
import { firstDelivery } from './delivery-times.ts';

/** What an object records with. `chain` is what a chain is called that it begins. */
export interface TrailParts extends ChainName {
  readonly storage: DurableObjectStorage;
  readonly keyRing: KeyRing;
  /** How many events may wait for D1; setting AUDIT_OUTBOX_MAX_EVENTS. */
  readonly maxEvents: number;
}

/** The trail of one object: recording is a write to its own storage, so it waits for nobody, and D1 has them later. */
export class ObjectTrail implements AuditTrail {
  readonly #parts: TrailParts;
  readonly #outbox: AuditOutbox;

  constructor(parts: TrailParts) {
    this.#parts = parts;
    this.#outbox = new AuditOutbox(parts.storage.sql);
  }

  /** @throws GatehouseError `audit_unavailable` while the outbox is full. */
  async record(entry: AuditEntry): Promise<void> {
    const { storage } = this.#parts;
    this.requireRoom();
    await Promise.all([this.append(entry), storage.sync()]);
  }

  /**
   * The same in this turn, and so in one write with whatever else is stored in it; the output gate lets nothing out before. It
   * takes an event more than the outbox may hold: what has happened is not kept off the record for that.
   * @param atMs when it happened; now, where it is left out.
   * @returns what resolves once the alarm is set. The event is durable with the next sync.
   */
  append(entry: AuditEntry, atMs: number = Date.now()): Promise<void> {
    const { storage } = this.#parts;
    const wakeAtMs = storage.transactionSync(() => this.#append(entry, atMs));
    // What the alarm was set for comes a second later at most.
    return wakeAtMs === null ? Promise.resolve() : storage.setAlarm(wakeAtMs);
  }

  /** @returns when the object must be woken to deliver; null where it will be anyhow. */
  #append(entry: AuditEntry, atMs: number): number | null {
    const { tenant, keyRing } = this.#parts;
    const nowMs = Date.now();
    const chain = this.#outbox.chain();
    const name = chain ?? { tenant, chain: this.#parts.chain };
    const event = eventOf(entry, { id: randomUUID(), atMs, tenant });
    this.#outbox.append(rowAfter(chain?.head ?? genesis(name), name, event, keyRing));
    const wakeAtMs = firstDelivery(chain?.dueAtMs ?? null, nowMs);
    if (wakeAtMs !== null) this.#outbox.schedule(wakeAtMs, chain?.failures ?? 0);
    return wakeAtMs;
  }

  /**
   * @param toCome events that are not appended yet.
   * @throws GatehouseError `audit_unavailable` while the outbox is full.
   */
  requireRoom(toCome = 0): void {
    const { maxEvents } = this.#parts;
    if (this.#outbox.waiting + toCome < maxEvents) return;
    throw new GatehouseError(
      'audit_unavailable',
      `AUDIT_OUTBOX_MAX_EVENTS (${maxEvents}) events wait for the database D1, so nothing more can be recorded, and nothing happens that must be.`,
    );
  }
}
