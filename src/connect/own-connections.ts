import type { ServerEntry } from '../catalog/catalog.ts';
import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import { reportFault } from '../errors.ts';
import type { UserName } from '../grants/user-id.ts';
import type { Role } from '../principal.ts';
import { offerOf } from '../runtime/offered-servers.ts';
import type { Connection } from '../vault/connection.ts';
import { connectionsFor } from '../vault/connections.ts';
import type { ConnectionStatus } from '../vault/credential.ts';
import { credentialKeeperOf } from '../vault/credential-source.ts';
import { type KeepingRight, keepingRight } from '../vault/keeping-rights.ts';
import { usersOf } from './server-choice.tsx';

/** A credential that somebody's tools use or would use, without its value. */
export interface OwnConnection {
  /** The connection's id, and after `@` the server whose own credential it is. */
  readonly id: string;
  readonly connection: Connection;
  /** Null where servers own none. */
  readonly server: string | null;
  /** The titles of the servers that use it. */
  readonly servers: readonly string[];
  readonly right: KeepingRight;
  /** Null where it cannot be looked at right now. */
  readonly status: ConnectionStatus | null;
}

/** Who looks at their connections, and where. */
export interface Looker {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly user: UserName;
  readonly roles: readonly Role[];
}

/** Every connection there is, as it stands for somebody: in the order of the setting. */
export async function ownConnections(looker: Looker): Promise<OwnConnection[]> {
  const places = await placesFor(looker);
  return Promise.all(places.map(place => ownConnection(looker, place)));
}

/** The one of an id; null where there is none. */
export async function ownConnectionOf(looker: Looker, id: string): Promise<OwnConnection | null> {
  const place = (await placesFor(looker)).find(each => idOf(each) === id);
  return place ? ownConnection(looker, place) : null;
}

/** Where a credential belongs, and the servers that use the connection. */
interface Place extends Pick<OwnConnection, 'connection' | 'server'> {
  readonly users: readonly ServerEntry[];
}

/** What needs no credential is nobody's to connect. */
async function placesFor({ env, user }: Looker): Promise<Place[]> {
  const { servers } = await offerOf(env, user.tenant);
  const connections = await connectionsFor(env, user.tenant);
  return connections
    .filter(({ placement }) => placement.in !== 'none')
    .flatMap((connection): Place[] => {
      const users = usersOf(servers, connection);
      return connection.owner === 'server'
        ? users.map(each => ({ connection, server: each.name, users: [each] }))
        : [{ connection, server: null, users }];
    });
}

async function ownConnection(looker: Looker, { connection, server, users }: Place): Promise<OwnConnection> {
  const { env, user, roles } = looker;
  return {
    id: idOf({ connection, server }),
    connection,
    server,
    servers: users.map(({ title }) => title),
    right: keepingRight(connection, roles),
    status: await statusOf(env, user, connection, server),
  };
}

/** One backend that is away must not hide what the others keep. */
async function statusOf(env: Env, user: UserName, connection: Connection, server: string | null) {
  try {
    return await credentialKeeperOf(env).connectionStatus(user, connection, server);
  } catch (error) {
    reportFault('connection_not_looked_at', error, { connection: connection.id });
    return null;
  }
}

function idOf({ connection, server }: Pick<Place, 'connection' | 'server'>): string {
  return server === null ? connection.id : `${connection.id}@${server}`;
}
