import type { EntryOf } from '../../src/audit/event.ts';
import type { ApprovalAsk, ApprovalVerdict } from '../../src/policy/approvals.ts';

type Kind = 'approval.asked' | 'approval.given' | 'approval.refused' | 'approval.used' | 'approval.withdrawn';

/**
 * What is put on record of an approval.
 * @param by the subject of whoever acts; the asker, where it is left out.
 */
export function approvalEntry(
  kind: Kind,
  approval: string,
  { asker, server, kind: of, name, definitionHash, rule, policyVersion }: ApprovalAsk,
  by = asker.subject,
  decision: ApprovalVerdict['decision'] | null = null,
): EntryOf<Kind> {
  return {
    kind,
    approval,
    user: by,
    asker: asker.subject,
    client: asker.client,
    installation: asker.installation,
    server,
    definitions: `${of}s/${name}`,
    hash: definitionHash,
    rule: rule.id,
    policyVersion,
    decision,
  } as EntryOf<Kind>;
}
