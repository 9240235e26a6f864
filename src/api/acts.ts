import { accountTrailOf } from '../audit/audit-trail.ts';
import type { AuditEntry } from '../audit/event.ts';
import { reportFault } from '../errors.ts';
import type { ApiCall } from './api-route.ts';

/** What an administrator does that ends access, and that gives it back. */
type Ending = 'user.ended' | 'user.suspended' | 'client.blocked' | 'client.deleted';
type Giving = 'user.restored' | 'client.unblocked';

/** How long an end waits for its record. */
const PATIENCE_MS = 2000;

/** Puts on record that an administrator gives access back, before it is done. @throws GatehouseError `audit_unavailable`: then it is not. */
export async function recordGiving(call: ActingCall, kind: Giving): Promise<void> {
  await record(call, kind);
}

/** The same of an end of access, which is not put off where it cannot be recorded. */
export async function recordEnding(call: ActingCall, kind: Ending): Promise<void> {
  const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<void>();
  const timer = setTimeout(giveUp, PATIENCE_MS);
  const recorded = record(call, kind).catch(error => reportFault('act_not_recorded', error, { kind }));
  await Promise.race([recorded, tooLate]);
  clearTimeout(timer);
}

type ActingCall = Pick<ApiCall, 'env' | 'principal' | 'target'>;

async function record({ env, principal, target }: ActingCall, kind: Ending | Giving): Promise<void> {
  const { subject: user, client, installation } = principal;
  const entry: AuditEntry = { kind, user, client, installation: installation.id, target };
  await accountTrailOf(env, principal).record(entry);
}
