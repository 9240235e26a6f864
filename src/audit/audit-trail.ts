import type { Env } from '../env.ts';
import { withOwnErrors } from '../session-key/object-stub.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { AuditEntry } from './event.ts';

/** Where whatever must not happen unrecorded is recorded before it happens. */
export interface AuditTrail {
  /**
   * Puts an entry on record. It is durable once this resolves.
   * @throws where it is not on record. Then what it tells of must not happen.
   */
  record(entry: AuditEntry): Promise<void>;
}

/** Whose trail it is. */
export interface TrailOwner {
  readonly tenant: string;
  readonly subject: string;
}

/** An object that records what is done for one user; their account implements it. */
export interface AuditRecorder {
  recordAudit(owner: TrailOwner, entry: AuditEntry): Promise<void>;
}

/** The trail of what is done for a user, kept by their account. */
export function accountTrailOf(env: Env, { tenant, subject }: TrailOwner): AuditTrail {
  const account = withOwnErrors(accountObject<AuditRecorder>(env, { tenant, subject }));
  return {
    async record(entry) {
      await account.recordAudit({ tenant, subject }, entry);
    },
  };
}
