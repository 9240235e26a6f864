import type { AuditTrail } from '../../audit/audit-trail.ts';
import { reportFault } from '../../errors.ts';
import type { CredentialQuestion, CredentialSource } from '../credential.ts';
import { credentialOwner } from '../credential-owner.ts';

/**
 * A source that puts on record where an operator's backend gives no credential. Those of records are put on record by the
 * account that keeps them.
 */
export function recordedSource(source: CredentialSource, trail: AuditTrail): CredentialSource {
  return {
    credentialFor: question =>
      source.credentialFor(question).catch(async (error: unknown) => {
        if (question.connection.secret !== null) await recordRefusal(trail, question);
        throw error;
      }),
  };
}

/** It is refused anyhow, so that it cannot be recorded changes nothing. */
async function recordRefusal(trail: AuditTrail, question: CredentialQuestion): Promise<void> {
  const { user, server, connection } = question;
  const { subject: owner } = credentialOwner({ owner: connection.owner, user, server });
  const which = { user: user.subject, server, owner, connection: connection.id, version: null };
  const refused = { kind: 'credential.refused', reason: 'backend-failed', ...which } as const;
  await trail.record(refused).catch(error => reportFault('refusal_not_recorded', error));
}
