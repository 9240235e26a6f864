import type { ApprovalView } from '../policy/approvals.ts';

/** An approval as the API shows it. */
export function approvalView({ asker, rule, decided, ...approval }: ApprovalView): object {
  const { id, state, scope, mayDecide, server, kind, name, definitionHash, policyVersion } = approval;
  return {
    id,
    state,
    scope,
    subject: asker.subject,
    subjectName: approval.askerName,
    client: { id: asker.client, name: approval.clientName },
    server,
    kind,
    name,
    definitionHash,
    arguments: JSON.parse(approval.arguments),
    rule: rule.id,
    policyVersion,
    askedAt: new Date(approval.askedAtMs).toISOString(),
    expiresAt: new Date(approval.expiresAtMs).toISOString(),
    decided: decided && { by: decided.by, at: new Date(decided.atMs).toISOString(), reason: decided.reason },
    mayDecide,
  };
}
