import type { Demand } from '../../src/quotas/demand.ts';
import type { Lease } from '../../src/quotas/quota.ts';

/** What one counter of a subject does: it counts over time, or what is open. */
export interface Counter {
  /** When room is for what is demanded: null for now; `never` where waiting does not help. Unix time in milliseconds. */
  roomAt(demand: Demand, lease: Lease, nowMs: number): number | 'never' | null;
  /** Counts, whether or not there is room. @returns whether that must be stored before it is used. */
  count(demand: Demand, lease: Lease, nowMs: number): boolean;
  giveBack(demand: Demand, leaseId: string, atMs: number): void;
  end(leaseId: string): void;
  used(demand: Pick<Demand, 'windowMs'>, nowMs: number): number;
  /** Takes nothing ahead any more: what is stored next is what is. @returns whether what is stored is anything else. */
  settle(): boolean;
  /** As it is stored, with what is taken ahead of its use. */
  readonly state: CounterState;
  /** When all of it is over, as far as is known. Unix time in milliseconds. */
  endsAtMs(demand: Pick<Demand, 'windowMs'>): number;
}

/** A counter as it is stored. */
export interface CounterState {
  /** Times with amounts, or leases with the times that they end at. */
  readonly entries: readonly (readonly [number | string, number])[];
  /** How much was taken ahead of its use; after a crash it counts as used. */
  readonly ahead: number;
  /** How long a lease is good. */
  readonly ttlMs?: number;
}
