import { type Env, settingsOf } from '../env.ts';
import { type CompiledPolicy, compilePolicy } from './compiled-policy.ts';
import { policyKeeperOf } from './policy-keeper.ts';

/** A policy as an isolate knows it, and until when that is good. */
interface Known {
  readonly policy: CompiledPolicy;
  readonly untilMs: number;
}

const policies = new WeakMap<Env, Map<string, Known>>();

/**
 * The policy of a tenant, as of at most POLICY_CACHE_MS ago, compiled once per version and isolate.
 * @throws where it cannot be had: then nothing may be called.
 */
export async function policyOf(env: Env, tenant: string): Promise<CompiledPolicy> {
  const ofTenants = policies.get(env) ?? new Map<string, Known>();
  policies.set(env, ofTenants);
  const known = ofTenants.get(tenant);
  if (known && known.untilMs > Date.now()) return known.policy;
  const untilMs = Date.now() + settingsOf(env).POLICY_CACHE_MS;
  const newer = await policyKeeperOf(env, tenant).currentPolicy(tenant, known?.policy.version ?? null);
  if (!newer && !known) throw new Error('the tenant has told no policy');
  const policy = newer ? compilePolicy(newer.policy, newer.version) : (known as Known).policy;
  ofTenants.set(tenant, { policy, untilMs });
  return policy;
}

/** Has policies read anew: one of them has just changed. What is being read now may be what was before, and is not kept. */
export function forgetPolicies(env: Env): void {
  const known = [...(policies.get(env) ?? [])];
  policies.set(env, new Map(known.map(([tenant, { policy }]) => [tenant, { policy, untilMs: 0 }])));
}
