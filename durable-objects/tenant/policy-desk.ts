import type { AuditTrail } from '../../src/audit/audit-trail.ts';
import type { AuditKind } from '../../src/audit/event.ts';
import { GatehouseError } from '../../src/errors.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';
import type { PolicyAuthor, PolicyChange, PolicyVersion } from '../../src/policy/policy-keeper.ts';
import type { Policy } from '../../src/policy/rule.ts';
import { checkPolicySize, type PolicyVersions } from './policy-versions.ts';

/** What changing a policy takes. */
export interface PolicyDeskParts {
  readonly versions: PolicyVersions;
  readonly trailOf: (author: PolicyAuthor) => AuditTrail;
  /** Has it told that another version is in use. Resolves once that, and what was written, is durable. */
  readonly announce: () => Promise<void>;
}

/** What a version is to be. */
type Draft = Pick<PolicyVersion, 'policy' | 'restores'> & {
  readonly kind: Extract<AuditKind, `policy.${string}`>;
};

/** Changes of one organisation's policy, one at a time. Each is on record before it is made; what cannot be recorded is not done. */
export class PolicyDesk {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns the version that is in use from now on. @throws as `PolicyKeeper.savePolicy` does. */
  save(parts: PolicyDeskParts, change: PolicyChange, policy: Policy): Promise<number> {
    return this.#inTurn(() => put(parts, change, { kind: 'policy.saved', policy, restores: null }));
  }

  /** @returns the version that is in use from now on. @throws as `PolicyKeeper.rollBackPolicy` does. */
  rollBack(parts: PolicyDeskParts, change: PolicyChange, version: number): Promise<number> {
    return this.#inTurn(() => {
      const earlier = parts.versions.read(version);
      if (!earlier) throw unknownPolicyVersion(version);
      return put(parts, change, { kind: 'policy.rolled-back', policy: earlier.policy, restores: version });
    });
  }

  /** While one change is being recorded another would be based on a version that is about to be another. */
  #inTurn<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

async function put(
  { versions, trailOf, announce }: PolicyDeskParts,
  { author, basedOn, reason }: PolicyChange,
  { kind, policy, restores }: Draft,
): Promise<number> {
  if (versions.current !== basedOn) throw policyConflict(versions.current, basedOn);
  const version = basedOn + 1;
  checkPolicySize(policy);
  parsePolicy(policy);
  const { subject: user, client, installation } = author;
  await trailOf(author).record({ kind, user, version, client, installation });
  versions.add({ version, policy, author: user, reason, restores, savedAtMs: Date.now() });
  await announce();
  return version;
}

/** No version of a policy has this number. */
export function unknownPolicyVersion(version: number): GatehouseError {
  return new GatehouseError('version_unknown', `The policy has no version ${version}.`);
}

function policyConflict(current: number, basedOn: number): GatehouseError {
  return new GatehouseError(
    'version_conflict',
    `The policy in use is version ${current}, and the change was made from version ${basedOn}. Read it again, and save your change on top of its version.`,
  );
}
