import * as z from 'zod';
import { accountTrailOf } from '../audit/audit-trail.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { type CompiledPolicy, compilePolicy } from '../policy/compiled-policy.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { type Policy, policySchema } from '../policy/rule.ts';
import { MAX_REPLAYED, recordedCalls } from '../policy/simulation/recorded-calls.ts';
import { replayed } from '../policy/simulation/replay.ts';
import { policyOf } from '../policy/tenant-policy.ts';
import { imaginedCall, simulatedCallSchema } from '../publish/imagined-call.ts';
import { toolHintsOf } from '../publish/tool-hints.ts';
import { type ApiCall, routes, taking } from './api-route.ts';
import { replayView, simulationView } from './policy-views.ts';
import { publisherOf } from './publisher.ts';

/** A draft has no number yet. */
const DRAFT_VERSION = 0;

/** What a policy says, or would say. Nothing is changed. */
export const SIMULATION_ROUTES = routes([
  {
    scope: ADMIN_SCOPE,
    roles: ['administrator', 'operator', 'auditor'],
    name: 'simulatePolicy',
    method: 'POST',
    path: '/api/v1/admin/policy/simulation',
    summary:
      'Whether a user may make a call, by the policy in use or by a draft, and what each rule has to do with it.',
    answer: 'Simulation',
    ...taking({
      body: simulatedCallSchema.extend({ policy: policySchema.optional() }),
      serve: async (call, { body: { policy: draft, ...said } }) => {
        const [policy, { facts, notes }] = await Promise.all([
          policyFor(call, draft),
          imaginedCall(said, publisherOf(call)),
        ]);
        return { ...simulationView(policy.explain(facts)), notes };
      },
    }),
  },
  {
    scope: ADMIN_SCOPE,
    // It tells of the audit trail, which operators do not read.
    roles: ['administrator', 'auditor'],
    name: 'replayPolicy',
    method: 'POST',
    path: '/api/v1/admin/policy/replay',
    summary: 'Which of the last calls on the audit trail a draft would decide otherwise.',
    answer: 'Replay',
    ...taking({
      body: z.strictObject({
        policy: policySchema,
        last: z.number().int().min(1).max(MAX_REPLAYED).default(1000),
      }),
      serve: async (call, { body }) => {
        const { env, principal } = call;
        const draft = compilePolicy(parsePolicy(body.policy), DRAFT_VERSION);
        const { subject: user, client, installation } = principal;
        const reading = { user, client, installation: installation.id, target: 'policy/replay' };
        await accountTrailOf(env, principal).record({ kind: 'audit.read', ...reading });
        const hintsOf = await toolHintsOf(publisherOf(call));
        return replayView(replayed(draft, await recordedCalls(env, principal.tenant, body.last, hintsOf)));
      },
    }),
  },
]);

async function policyFor({ env, principal }: ApiCall, draft: Policy | undefined): Promise<CompiledPolicy> {
  if (draft) return compilePolicy(parsePolicy(draft), DRAFT_VERSION);
  return policyOf(env, principal.tenant);
}
