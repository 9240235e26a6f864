import type { UserName } from '../grants/user-id.ts';
import { SERVER_SUBJECTS, TENANT_SUBJECTS } from '../identity/vouching.ts';
import type { ConnectionOwner } from './connection.ts';

/** For whom a connection is used: the user on whose behalf a tool runs, and the server whose tool it is. */
export interface CredentialUse {
  readonly owner: ConnectionOwner;
  readonly user: UserName;
  readonly server: string | null;
}

/**
 * Whose account keeps a credential. Organisations and servers have subjects that no identity provider can give out: their
 * first part is reserved among the ids of providers.
 * @throws where a server's credential is meant and no server is named.
 */
export function credentialOwner({ owner, user, server }: CredentialUse): UserName {
  const { tenant } = user;
  if (owner === 'user') return user;
  if (owner === 'tenant') return { tenant, subject: `${TENANT_SUBJECTS}|credentials` };
  if (server === null) throw new Error('a connection that servers own needs to be told which server');
  return { tenant, subject: `${SERVER_SUBJECTS}|${server}` };
}
