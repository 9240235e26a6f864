import type { Env } from '../env.ts';
import { withOwnErrors } from '../session-key/object-stub.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';
import type { Policy } from './rule.ts';

/** A version of an organisation's policy. */
export interface PolicyVersion {
  /** Versions count from 1; 0 is the default policy, which holds as long as nothing was saved. */
  readonly version: number;
  readonly policy: Policy;
  /** The subject of who saved it. */
  readonly author: string;
  readonly reason: string;
  /** Unix time in milliseconds. */
  readonly savedAtMs: number;
}

/** Keeps the policies of one organisation; its tenant object implements it. */
export interface PolicyKeeper {
  /**
   * The version in use.
   * @param known the version that whoever asks has; null comes back where it is still the one in use.
   */
  currentPolicy(tenant: string, known: number | null): Promise<PolicyVersion | null>;
}

/** The keeper of an organisation's policies. */
export function policyKeeperOf(env: Env, tenant: string): PolicyKeeper {
  return withOwnErrors(tenantObject<PolicyKeeper>(env, tenant));
}
