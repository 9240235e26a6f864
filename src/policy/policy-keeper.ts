import type { Env } from '../env.ts';
import { withOwnErrors } from '../session-key/object-stub.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';
import type { Policy } from './rule.ts';

/** A version of an organisation's policy, without what it says. */
export interface PolicyEntry {
  /** Versions count from 1; 0 is the default policy, which holds as long as nothing was saved. */
  readonly version: number;
  /** The subject of who saved it. */
  readonly author: string;
  readonly reason: string;
  /** The version that it is equal to, where it was made by rolling back; else null. */
  readonly restores: number | null;
  /** Unix time in milliseconds. */
  readonly savedAtMs: number;
}

/** A version of an organisation's policy. */
export interface PolicyVersion extends PolicyEntry {
  readonly policy: Policy;
}

/** Who changes a policy, and with which client; the audit trail names them. */
export interface PolicyAuthor {
  readonly tenant: string;
  readonly subject: string;
  readonly client: string;
  /** The id of the client's installation. */
  readonly installation: string;
}

/** What every change of a policy says. */
export interface PolicyChange {
  readonly author: PolicyAuthor;
  /** The version that whoever changes it takes to be in use; 0 for the default policy. */
  readonly basedOn: number;
  /** Why, in the author's words. */
  readonly reason: string;
}

/** Keeps the policies of one organisation; its tenant object implements it. */
export interface PolicyKeeper {
  /**
   * The version in use.
   * @param known the version that whoever asks has; null comes back where it is still the one in use.
   */
  currentPolicy(tenant: string, known: number | null): Promise<PolicyVersion | null>;
  /**
   * Puts a policy in use, once that is on the audit trail.
   * @returns its version.
   * @throws GatehouseError `policy_invalid`, `version_conflict`, `audit_unavailable`.
   */
  savePolicy(change: PolicyChange, policy: Policy): Promise<number>;
  /**
   * Puts in use what an earlier version said, as a new version.
   * @returns its version.
   * @throws GatehouseError `version_unknown`, and as {@link savePolicy} does.
   */
  rollBackPolicy(change: PolicyChange, version: number): Promise<number>;
  /** One version; null where there is none. */
  readPolicy(tenant: string, version: number): Promise<PolicyVersion | null>;
  /** Versions before one, the newest first. @param before the last of the page before; null for the first page. */
  listPolicies(tenant: string, before: number | null, limit: number): Promise<PolicyEntry[]>;
}

/** The keeper of an organisation's policies. */
export function policyKeeperOf(env: Env, tenant: string): PolicyKeeper {
  return withOwnErrors(tenantObject<PolicyKeeper>(env, tenant));
}
