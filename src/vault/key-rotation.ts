import type { Env } from '../env.ts';
import { reportFault } from '../errors.ts';
import type { PageQuery } from '../grants/tenant.ts';
import { credentialHoldersOf } from './credential-holders.ts';
import { credentialLedgerOf, type RewrapCount } from './credential-ledger.ts';

/** How many accounts are asked at once. */
const PARALLEL = 8;

/** How far a sweep has come with one page of an organisation's accounts. */
export interface RotationStep extends RewrapCount {
  /** How many accounts were looked at. */
  readonly owners: number;
  /** How many of them could not be asked; their records stay as they are. */
  readonly failed: number;
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

/**
 * Seals the credentials of one page of an organisation's accounts anew, under the current key. Whatever was cut short can be
 * done again: what is under the current key already is left alone. A sweep over all pages that has found nothing `remaining`
 * and nothing `failed` proves that the old key is no longer needed for credentials.
 */
export async function rotatePage(env: Env, tenant: string, page: PageQuery): Promise<RotationStep> {
  const subjects = await credentialHoldersOf(env, tenant).listCredentialHolders(page);
  const step = { owners: subjects.length, rewrapped: 0, remaining: 0, failed: 0 };
  for (let start = 0; start < subjects.length; start += PARALLEL) {
    const batch = subjects.slice(start, start + PARALLEL);
    for (const count of await Promise.all(batch.map(subject => rotateOwner(env, tenant, subject)))) {
      step.rewrapped += count?.rewrapped ?? 0;
      step.remaining += count?.remaining ?? 0;
      step.failed += Number(count === null);
    }
  }
  return { ...step, next: subjects.length < page.limit ? null : (subjects.at(-1) ?? null) };
}

/** Null where the account could not be asked. */
async function rotateOwner(env: Env, tenant: string, subject: string): Promise<RewrapCount | null> {
  const owner = { tenant, subject };
  try {
    return await credentialLedgerOf(env, owner).rewrapCredentials(owner);
  } catch (error) {
    reportFault('credentials_not_rewrapped', error);
    return null;
  }
}
