import type { CallObserver, Governance } from '../../src/connectors/governed/governed-call.ts';
import type { Env } from '../../src/env.ts';
import { policyOf } from '../../src/policy/tenant-policy.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';

/** What governs the calls of one request's caller. */
export function governanceFor(
  env: Env,
  { principal, network }: Hop,
  observers: readonly CallObserver[],
): Governance {
  const { tenant, subject, client, roles, groups = [] } = principal;
  return {
    caller: { tenant, subject, client, roles, groups, country: network.country },
    policy: () => policyOf(env, tenant),
    observers,
  };
}
