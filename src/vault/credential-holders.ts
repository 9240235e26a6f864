import type { Env } from '../env.ts';
import type { PageQuery } from '../grants/tenant.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';

/**
 * In whose accounts of one organisation there are credentials; the tenant object implements it. Members alone would not do:
 * clients that act for themselves, servers and the organisation have credentials too.
 */
export interface CredentialHolders {
  /** To be called before a credential is stored, so that none is anywhere that is not listed. */
  noteCredentialHolder(subject: string): Promise<void>;
  /** In the order of their subjects. */
  listCredentialHolders(page: PageQuery): Promise<string[]>;
}

/** The object of an organisation, as the list of who has credentials. */
export function credentialHoldersOf(env: Env, tenant: string): CredentialHolders {
  return tenantObject<CredentialHolders>(env, tenant);
}
