import * as z from 'zod';
import { GatehouseError } from '../errors.ts';
import { ACCOUNT_SCOPE } from '../grants/scopes.ts';
import { CLIENT_SUBJECTS } from '../identity/vouching.ts';
import { type Approvals, type Approver, approvalsOf } from '../policy/approvals.ts';
import { type ApiCall, type ApiRoute, routes, taking } from './api-route.ts';
import { approvalView } from './approval-views.ts';

/** One's own approvals, and those that one may decide about; operators and administrators see all of their organisation's. */
const OWN = {
  scope: ACCOUNT_SCOPE,
  roles: ['administrator', 'operator', 'auditor', 'member'],
} as const satisfies Partial<ApiRoute>;

const state = z.enum(['asked', 'given', 'refused', 'used']).optional();

const verdict = z.strictObject({
  decision: z.enum(['once', 'session', 'period', 'refuse']),
  reason: z.string().max(500).default(''),
});

/** Calls that have to be approved, and what was decided about them. */
export const APPROVAL_ROUTES = routes([
  {
    ...OWN,
    name: 'listApprovals',
    method: 'GET',
    path: '/api/v1/approvals',
    summary: 'Your approvals, and those that you may decide about; as operator or administrator all of them.',
    answer: 'Approvals',
    isPaged: true,
    ...taking({
      query: z.strictObject({ state }),
      serve: async (call, { query }) => {
        const { after, limit } = call.page;
        const page = { state: query.state ?? null, after: after ?? '', limit };
        const found = await keeperOf(call).listApprovals(viewerOf(call), page);
        const next = found.length < limit ? null : (found.at(-1)?.id ?? null);
        return { approvals: found.map(approvalView), next };
      },
    }),
  },
  {
    ...OWN,
    name: 'getApproval',
    method: 'GET',
    path: '/api/v1/approvals/{id}',
    summary: 'One approval, with who wants to call what with which arguments.',
    answer: 'Approval',
    serve: async call => {
      const approval = await keeperOf(call).findApproval(viewerOf(call), call.target);
      if (!approval) throw unknownApproval();
      return approvalView(approval);
    },
  },
  {
    ...OWN,
    name: 'decideApproval',
    method: 'PUT',
    path: '/api/v1/approvals/{id}/decision',
    summary:
      'Approves a call, for once, a session or a period, or refuses it. The client that makes the call may not.',
    answer: null,
    ...taking({
      body: verdict,
      serve: async (call, { body }) => {
        requirePerson(call);
        await keeperOf(call).decideApproval(viewerOf(call), call.target, body);
        return null;
      },
    }),
  },
  {
    ...OWN,
    name: 'withdrawApproval',
    method: 'DELETE',
    path: '/api/v1/approvals/{id}',
    summary: 'Ends an approval, or takes back what was asked. As operator or administrator that of anybody.',
    answer: null,
    serve: async call => {
      if (await keeperOf(call).withdrawApproval(viewerOf(call), call.target)) return null;
      throw unknownApproval();
    },
  },
]);

function keeperOf({ env, principal }: ApiCall): Approvals {
  return approvalsOf(env, principal.tenant);
}

function viewerOf({ principal: { tenant, subject, roles, groups = [], client } }: ApiCall): Approver {
  return { tenant, subject, roles, groups, client };
}

/** Whoever decides has looked at it: programs that act for themselves have not. */
function requirePerson({ principal: { subject } }: ApiCall): void {
  if (!subject.startsWith(`${CLIENT_SUBJECTS}|`)) return;
  throw new GatehouseError(
    'approval_forbidden',
    'People decide about calls, not clients that act for themselves.',
  );
}

function unknownApproval(): GatehouseError {
  return new GatehouseError(
    'approval_unknown',
    'There is no such approval that is yours. It may have expired.',
  );
}
