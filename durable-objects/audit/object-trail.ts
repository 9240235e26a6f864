import { randomUUID } from 'node:crypto';
import { rowAfter } from '../../src/audit/audit-row.ts';
import type { AuditTrail } from '../../src/audit/audit-trail.ts';
import { type AuditEntry, eventOf } from '../../src/audit/event.ts';
import { type ChainName, genesis } from '../../src/audit/hash-chain.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { GatehouseError } from '../../src/errors.ts';
import { AuditOutbox } from './audit-outbox.ts';
import { firstDelivery } from './delivery-times.ts';

/** What an object records with. */
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
    const nowMs = Date.now();
    const wakeAtMs = storage.transactionSync(() => this.#append(entry, nowMs));
    // In the same turn as the rows, and so in the same write. What the alarm was set for comes a second later at most.
    const woken = wakeAtMs === null ? undefined : storage.setAlarm(wakeAtMs);
    await Promise.all([woken, storage.sync()]);
  }

  /** @returns when the object must be woken to deliver; null where it will be anyhow. */
  #append(entry: AuditEntry, nowMs: number): number | null {
    const { tenant, keyRing } = this.#parts;
    this.#refuseWhereFull();
    const chain = this.#outbox.chain();
    const event = eventOf(entry, { id: randomUUID(), atMs: nowMs, tenant });
    this.#outbox.append(rowAfter(chain?.head ?? genesis(this.#parts), this.#parts, event, keyRing));
    const wakeAtMs = firstDelivery(chain?.dueAtMs ?? null, nowMs);
    if (wakeAtMs !== null) this.#outbox.schedule(wakeAtMs, chain?.failures ?? 0);
    return wakeAtMs;
  }

  #refuseWhereFull(): void {
    const { maxEvents } = this.#parts;
    if (this.#outbox.waiting < maxEvents) return;
    throw new GatehouseError(
      'audit_unavailable',
      `AUDIT_OUTBOX_MAX_EVENTS (${maxEvents}) events wait for the database D1, so nothing more can be recorded, and nothing happens that must be.`,
    );
  }
}
