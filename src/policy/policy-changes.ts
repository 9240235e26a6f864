import type { Env } from '../env.ts';
import type { Principal } from '../principal.ts';
import { compilePolicy } from './compiled-policy.ts';
import { lockoutNote } from './lockout.ts';
import { type PolicyChange, policyKeeperOf } from './policy-keeper.ts';
import type { Policy } from './rule.ts';
import { forgetPolicies } from './tenant-policy.ts';

/** A version of a policy that is in use now. */
export interface SavedPolicy {
  readonly version: number;
  /** What whoever saved it should know. */
  readonly notes: readonly string[];
}

/** What comes with a change. */
export type Said = Pick<PolicyChange, 'basedOn' | 'reason'>;

/** What somebody changes about the policy of their organisation. */
export class PolicyChanges {
  readonly #env: Env;
  readonly #author: Principal;

  constructor(env: Env, author: Principal) {
    this.#env = env;
    this.#author = author;
  }

  /** @throws GatehouseError `policy_invalid`, `version_conflict`, `audit_unavailable`. */
  async save(policy: Policy, said: Said): Promise<SavedPolicy> {
    const keeper = policyKeeperOf(this.#env, this.#author.tenant);
    return this.#saved(policy, await keeper.savePolicy(this.#change(said), policy));
  }

  /** @throws GatehouseError `version_unknown`, and as {@link save} does. */
  async rollBack(earlier: number, said: Said): Promise<SavedPolicy> {
    const { tenant } = this.#author;
    const keeper = policyKeeperOf(this.#env, tenant);
    const version = await keeper.rollBackPolicy(this.#change(said), earlier);
    const policy = (await keeper.readPolicy(tenant, version))?.policy;
    if (!policy) throw new Error('the tenant has lost the version that it has just made');
    return this.#saved(policy, version);
  }

  #saved(policy: Policy, version: number): SavedPolicy {
    forgetPolicies(this.#env);
    const note = lockoutNote(compilePolicy(policy, version), this.#author);
    return { version, notes: note === null ? [] : [note] };
  }

  #change({ basedOn, reason }: Said): PolicyChange {
    const { tenant, subject, client, installation } = this.#author;
    return { author: { tenant, subject, client, installation: installation.id }, basedOn, reason };
  }
}
