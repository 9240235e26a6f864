import type { OwnConnection } from '../connect/own-connections.ts';
import type { Connection } from '../grants/connections.ts';
import { serversBehind } from '../grants/resources.ts';
import type { Member, TenantClient } from '../grants/tenant.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import type { ApiCall } from './api-route.ts';

/** The names of clients by id, as far as they could be found out. */
export type Names = ReadonlyMap<string, string>;

/** A connection as the API shows it. */
export function connectionView({ deployment }: ApiCall, connection: Connection, names: Names) {
  const { id, client, resource, scopes, connectedAtMs, lastUsedAtMs, sessions } = connection;
  return {
    id,
    client: clientView(client, names),
    resource,
    servers: serversBehind(deployment.site, resource),
    scopes,
    connectedAt: time(connectedAtMs),
    lastUsedAt: timeOrNull(lastUsedAtMs),
    sessions: sessions.map(session => ({
      id: session.id,
      revision: session.revision,
      client: session.client,
      openedAt: time(session.openedAtMs),
      lastUsedAt: time(session.lastUsedAtMs),
    })),
  };
}

/** A credential as the API shows it: everything but what it is. */
export function credentialView({ deployment }: ApiCall, own: OwnConnection): object {
  const { id, connection, server, servers, right, status } = own;
  const { name, owner, origins } = connection;
  const url = new URL(connectPath(connection.id, server), deployment.origin);
  return {
    id,
    name,
    owner,
    servers,
    origins,
    state: status?.state ?? 'unknown',
    connectedAt: timeOrNull(status?.connectedAtMs),
    expiresAt: timeOrNull(status?.expiresAtMs),
    connectUrl: right === 'may-keep' ? url.href : null,
  };
}

/** A member as the API shows them. */
export function memberView({ subject, name, roles, ...member }: Member): object {
  return {
    subject,
    name,
    roles,
    firstSignInAt: time(member.firstSignInMs),
    lastSignInAt: time(member.lastSignInMs),
    isSuspended: member.isSuspended,
  };
}

/** A client of the organisation as the API shows it. */
export function tenantClientView({ client, members, block }: TenantClient, names: Names): object {
  return {
    ...clientView(client, names),
    members,
    block: block && { by: block.by, at: time(block.atMs) },
  };
}

function clientView(id: string, names: Names): object {
  return { id, name: names.get(id) ?? null };
}

function timeOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : time(ms);
}

/** RFC 3339, in UTC. */
function time(ms: number): string {
  return new Date(ms).toISOString();
}
