import type { ApprovalDesk } from '../../src/connectors/approving/approval-desk.ts';
import type { CallObserver, Governance } from '../../src/connectors/governed/governed-call.ts';
import { type Env, settingsOf } from '../../src/env.ts';
import { CLIENT_SUBJECTS } from '../../src/identity/vouching.ts';
import { approvalsOf } from '../../src/policy/approvals.ts';
import { policyOf } from '../../src/policy/tenant-policy.ts';
import { CallQuotas } from '../../src/quotas/call-quotas.ts';
import { quotaOf } from '../../src/quotas/quota.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';

/** What governs the calls of one request's caller. */
export function governanceFor(env: Env, hop: Hop, observers: readonly CallObserver[]): Governance {
  const { principal, network } = hop;
  const { tenant, subject, client, roles, groups = [] } = principal;
  return {
    caller: { tenant, subject, client, roles, groups, country: network.country },
    policy: () => policyOf(env, tenant),
    desk: approvalDesk(env, hop),
    quotas: new CallQuotas(subject => quotaOf(env, subject), settingsOf(env).CALL_TIMEOUT_MS),
    observers,
  };
}

function approvalDesk(env: Env, { principal, objectName }: Hop): ApprovalDesk {
  const { tenant, subject, client, installation, resource } = principal;
  const { INPUT_TTL_SECONDS, APPROVAL_TTL_SECONDS } = settingsOf(env);
  return {
    asker: { tenant, subject, client, installation: installation.id },
    session: objectName,
    isClientItself: subject.startsWith(`${CLIENT_SUBJECTS}|`),
    approvals: approvalsOf(env, tenant),
    link: id => `${new URL(resource).origin}/approvals/${id}`,
    inputTtlSeconds: INPUT_TTL_SECONDS,
    approvalTtlSeconds: APPROVAL_TTL_SECONDS,
  };
}
