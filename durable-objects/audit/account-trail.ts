import { accountChain, chainListOf } from '../../src/audit/audit-chains.ts';
import type { TrailOwner } from '../../src/audit/audit-trail.ts';
import type { ChainName } from '../../src/audit/hash-chain.ts';
import { StoredEvents } from '../../src/audit/stored-events.ts';
import { type Env, settingsOf } from '../../src/env.ts';
import { inObject, meterOf } from '../../src/telemetry/meter.ts';
import { AuditDelivery } from './audit-delivery.ts';
import { ObjectTrail } from './object-trail.ts';

/** Longer than the longest wait between two tries. In milliseconds. */
const WAITING_GOOD_FOR_MS = 15 * 60_000;

/** The trail that an account keeps of what is done for its user, over the account's own storage. */
export function accountTrail(env: Env, storage: DurableObjectStorage, owner: TrailOwner): ObjectTrail {
  const { keyRing, AUDIT_OUTBOX_MAX_EVENTS: maxEvents } = settingsOf(env);
  const { tenant, subject } = owner;
  return new ObjectTrail({ storage, keyRing, maxEvents, tenant, chain: accountChain(tenant, subject) });
}

/** What brings an object's events to D1. */
export function deliveryFor(env: Env, storage: DurableObjectStorage): AuditDelivery {
  const listOf = (tenant: string) => chainListOf(env, tenant);
  const onWaiting = ({ tenant, chain }: ChainName, value: number) => {
    const untilMs = Date.now() + WAITING_GOOD_FOR_MS;
    const level = { metric: 'gatehouse_audit_outbox_waiting', source: chain, value, untilMs } as const;
    meterOf(env, tenant).stands(inObject, level);
  };
  const events = new StoredEvents(env.DB, settingsOf(env).keyRing);
  return new AuditDelivery({ storage, events, listOf, onWaiting });
}
