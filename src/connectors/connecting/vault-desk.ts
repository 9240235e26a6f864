import type { Env, Settings } from '../../env.ts';
import type { UserName } from '../../grants/user-id.ts';
import { CLIENT_SUBJECTS } from '../../identity/vouching.ts';
import type { Principal } from '../../principal.ts';
import { connectLink } from '../../vault/connect-ticket.ts';
import type { Connection } from '../../vault/connection.ts';
import { connectionWaitsOf } from '../../vault/connection-waits.ts';
import { connectionWantsOf } from '../../vault/connection-wants.ts';
import { connectionFor } from '../../vault/connections.ts';
import { credentialOwner } from '../../vault/credential-owner.ts';
import { credentialKeeperOf } from '../../vault/credential-source.ts';
import { keepingRight } from '../../vault/keeping-rights.ts';
import type { ConnectDesk, Needed } from './connect-desk.ts';

/** Who calls which server. */
export interface DeskCaller {
  readonly env: Env;
  readonly settings: Settings;
  readonly principal: Principal;
  readonly server: string;
}

/** {@link ConnectDesk} over the vault. */
export function vaultDesk({ env, settings, principal, server }: DeskCaller): ConnectDesk {
  const { tenant, subject, client, resource } = principal;
  const user: UserName = { tenant, subject };
  return {
    wantsSince: sinceMs => connectionWantsOf(env, user).wantsSince({ user, server, sinceMs }),
    async look({ connection: id, reason, scopes }) {
      const connection = await connectionFor(env, tenant, id);
      if (!connection) return null;
      const { state, connectedAtMs } = await credentialKeeperOf(env).connectionStatus(
        user,
        connection,
        server,
      );
      const by = connectedBy(connection, principal);
      // What a third party has just refused is not good, though nothing here says so.
      const isThere = state === 'connected' && reason === 'missing';
      return { id, name: connection.name, reason, scopes, by, seenAtMs: connectedAtMs, isThere };
    },
    async link({ id, scopes }) {
      const connection = await connectionFor(env, tenant, id);
      const ticket = {
        tenant,
        subject,
        client,
        connection: id,
        server: ownServer(connection, server),
        scopes,
      };
      return connectLink(settings.keyRing, new URL(resource).origin, ticket, settings.INPUT_TTL_SECONDS);
    },
    async awaitConnected(id, seenAtMs, waitMs) {
      const connection = await connectionFor(env, tenant, id);
      if (!connection) return false;
      const owner = credentialOwner({ owner: connection.owner, user, server });
      return connectionWaitsOf(env, owner).awaitConnected(owner, { connection, seenAtMs, waitMs });
    },
  };
}

/** The server whose own credential is meant, where servers own those of a connection. */
function ownServer(connection: Connection | null, server: string): string | null {
  return connection?.owner === 'server' ? server : null;
}

const BY = { 'may-keep': 'asker', 'others-keep': 'others', deployed: 'deployment' } as const;

/** A client that acts for itself has nobody who could open a link as it. */
function connectedBy(connection: Connection, { subject, roles }: Principal): Needed['by'] {
  const by = BY[keepingRight(connection, roles)];
  const isClient = subject.startsWith(`${CLIENT_SUBJECTS}|`);
  if (!isClient || by === 'deployment') return by;
  return connection.owner === 'user' ? 'nobody' : 'others';
}
