import * as z from 'zod';
import { GatehouseError } from '../errors.ts';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { compilePolicy } from '../policy/compiled-policy.ts';
import { lockoutNote } from '../policy/lockout.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { PolicyChanges } from '../policy/policy-changes.ts';
import { type PolicyVersion, policyKeeperOf } from '../policy/policy-keeper.ts';
import { policySchema } from '../policy/rule.ts';
import { type ApiCall, routes, taking } from './api-route.ts';
import { baseOf } from './matched-version.ts';
import { policyEntryView, policyView } from './policy-views.ts';
import { REASON } from './server-routes.ts';

const READING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator', 'auditor'] } as const;

/** A policy decides about operators too, so those whom it binds do not write it. In an emergency they can narrow it: see kill-routes.ts. */
const WRITING = { scope: ADMIN_SCOPE, roles: ['administrator'] } as const;

const VERSION = z.coerce.number().int().min(0);

/** The policy of the caller's own organisation. */
export const POLICY_ROUTES = routes([
  {
    ...READING,
    name: 'getPolicy',
    method: 'GET',
    path: '/api/v1/admin/policy',
    summary: 'The policy in use. Version 0 is the default one, which holds as long as nothing was saved.',
    answer: 'Policy',
    serve: async call => policyView(await inUse(call)),
  },
  {
    ...WRITING,
    name: 'savePolicy',
    method: 'PUT',
    path: '/api/v1/admin/policy',
    summary:
      'Puts a policy in use, on all sessions within seconds. `basedOn` is the version that it was made from; `If-Match` says it too.',
    answer: 'SavedPolicy',
    ...taking({
      query: z.strictObject({ basedOn: VERSION.optional(), reason: REASON }),
      body: policySchema,
      serve: async (call, { query: { basedOn, reason }, body }) =>
        changesOf(call).save(parsePolicy(body), { basedOn: baseOf(call, basedOn), reason }),
    }),
  },
  {
    ...READING,
    name: 'listPolicyVersions',
    method: 'GET',
    path: '/api/v1/admin/policy/versions',
    summary: 'Every version of the policy, newest first, without its rules.',
    answer: 'PolicyVersions',
    isPaged: true,
    serve: listVersions,
  },
  {
    ...READING,
    name: 'getPolicyVersion',
    method: 'GET',
    path: '/api/v1/admin/policy/versions/{version}',
    summary: 'One version of the policy.',
    answer: 'Policy',
    serve: readVersion,
  },
  {
    ...WRITING,
    name: 'rollBackPolicy',
    method: 'POST',
    path: '/api/v1/admin/policy/rollback',
    summary:
      'Puts in use what an earlier version said, as a new version. `basedOn` is the version in use that it takes the place of.',
    answer: 'SavedPolicy',
    ...taking({
      query: z.strictObject({ version: VERSION, basedOn: VERSION, reason: REASON }),
      serve: async (call, { query: { version, ...said } }) => changesOf(call).rollBack(version, said),
    }),
  },
  {
    ...READING,
    name: 'checkPolicy',
    method: 'POST',
    path: '/api/v1/admin/policy/check',
    summary: 'Whether a policy could be saved, and what its author should know of it. Nothing is changed.',
    answer: 'CheckedPolicy',
    ...taking({
      body: policySchema,
      serve: async ({ principal }, { body }) => {
        const note = lockoutNote(compilePolicy(parsePolicy(body), 0), principal);
        return { rules: body.rules.length, notes: note === null ? [] : [note] };
      },
    }),
  },
]);

async function inUse({ env, principal: { tenant } }: ApiCall): Promise<PolicyVersion> {
  const version = await policyKeeperOf(env, tenant).currentPolicy(tenant, null);
  if (!version) throw new GatehouseError('policy_unavailable', 'The policy in use cannot be read now.');
  return version;
}

async function listVersions({ env, principal: { tenant }, page }: ApiCall): Promise<object> {
  const before = z.coerce
    .number()
    .int()
    .min(0)
    .nullable()
    .safeParse(page.after || null);
  if (!before.success) throw new GatehouseError('query_invalid', '`after` must be the `next` of a page.');
  const versions = await policyKeeperOf(env, tenant).listPolicies(tenant, before.data, page.limit);
  const last = versions.length < page.limit ? undefined : versions.at(-1);
  return { versions: versions.map(policyEntryView), next: last ? String(last.version) : null };
}

async function readVersion({ env, principal: { tenant }, target }: ApiCall): Promise<object> {
  const number = VERSION.safeParse(target);
  const version = number.success ? await policyKeeperOf(env, tenant).readPolicy(tenant, number.data) : null;
  if (version) return policyView(version);
  throw new GatehouseError('version_unknown', 'The policy has no such version.');
}

function changesOf({ env, principal }: ApiCall): PolicyChanges {
  return new PolicyChanges(env, principal);
}
