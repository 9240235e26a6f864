import type { AuditTrail } from '../audit/audit-trail.ts';
import type { AuditEntry } from '../audit/event.ts';
import { SERVER_SUBJECTS, TENANT_SUBJECTS } from '../identity/vouching.ts';
import type { CredentialEvent } from './credential-events.ts';

/** What is said of each kind beside which credential it is. */
const KINDS = {
  kept: () => ({ kind: 'credential.kept' }),
  dropped: ({ cause }) => ({ kind: 'credential.dropped', cause }),
  refreshed: () => ({ kind: 'credential.refreshed' }),
  died: ({ cause }) => ({ kind: 'credential.died', cause }),
  refused: ({ reason }) => ({ kind: 'credential.refused', reason, server: null }),
} as const satisfies {
  [Kind in CredentialEvent['kind']]: (event: Extract<CredentialEvent, { kind: Kind }>) => object;
};

/** Puts on record what happened to a credential that is kept here. @throws where it is not on record. */
export function recordCredentialEvent(trail: AuditTrail, event: CredentialEvent): Promise<void> {
  const { owner, connection, version } = event;
  const which = { user: personOf(owner.subject), owner: owner.subject, connection, version };
  const said = KINDS[event.kind](event as never);
  return trail.record({ ...which, ...said } as AuditEntry);
}

/** A credential of the organisation or of a server is nobody's own, and who did this to it is not known here. */
function personOf(subject: string): string | null {
  const [first] = subject.split('|');
  return first === TENANT_SUBJECTS || first === SERVER_SUBJECTS ? null : subject;
}
