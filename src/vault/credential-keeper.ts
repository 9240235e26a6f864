import type { Env } from '../env.ts';
import type { UserName } from '../grants/user-id.ts';
import { accountObjectName } from '../session-key/internal-bearer.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStatus, Credential, CredentialKeeper } from './credential.ts';

/** Where credentials are kept, by their owner; the account object implements it. */
export interface CredentialShelf {
  putCredential(owner: UserName, connection: string, credential: Credential): Promise<void>;
  /** @returns false where there was none. */
  removeCredential(owner: UserName, connection: string): Promise<boolean>;
  credentialStatus(owner: UserName, connection: string): Promise<ConnectionStatus>;
}

/** The subject that holds what belongs to nobody in particular: no person's subject is empty. */
const NOBODY = '';

/** Keeps credentials in the account object of their owner. */
export function credentialKeeperOf(env: Env): CredentialKeeper {
  const shelfOf = ({ tenant, subject }: UserName) =>
    env.ACCOUNT.getByName(accountObjectName(tenant, subject)) as unknown as CredentialShelf;
  return {
    async keepCredential(user, connection, credential) {
      const owner = ownerOf(user, connection);
      await shelfOf(owner).putCredential(owner, connection.id, credential);
    },
    async dropCredential(user, connection) {
      const owner = ownerOf(user, connection);
      return shelfOf(owner).removeCredential(owner, connection.id);
    },
    async connectionStatus(user, connection) {
      const owner = ownerOf(user, connection);
      return shelfOf(owner).credentialStatus(owner, connection.id);
    },
  };
}

function ownerOf({ tenant, subject }: UserName, { owner }: Connection): UserName {
  return { tenant, subject: owner === 'user' ? subject : NOBODY };
}
