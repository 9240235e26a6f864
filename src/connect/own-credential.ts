import { credentialKeeperOf } from '../vault/credential-source.ts';
import { requireKeeping } from './keeping.ts';
import { type Looker, ownConnectionOf } from './own-connections.ts';

/**
 * Forgets the credential of a connection for somebody.
 * @param id as in {@link OwnConnection}.
 * @returns false where there was none, null where there is no such connection.
 * @throws GatehouseError `connect_refused` for somebody who may not keep it.
 */
export async function dropOwn(looker: Looker, id: string): Promise<boolean | null> {
  const own = await ownConnectionOf(looker, id);
  if (!own) return null;
  requireKeeping(own.connection, looker.roles);
  return credentialKeeperOf(looker.env).dropCredential(looker.user, own.connection, own.server);
}
