import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import { reportFault } from '../errors.ts';
import type { UserName } from '../grants/user-id.ts';
import type { Role } from '../principal.ts';
import type { Connection } from '../vault/connection.ts';
import { connectionsOf } from '../vault/connections-setting.ts';
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
  return Promise.all(placesIn(looker).map(place => ownConnection(looker, place)));
}

/** The one of an id; null where there is none. */
export async function ownConnectionOf(looker: Looker, id: string): Promise<OwnConnection | null> {
  const place = placesIn(looker).find(each => idOf(each) === id);
  return place ? ownConnection(looker, place) : null;
}

type Place = Pick<OwnConnection, 'connection' | 'server'>;

function placesIn({ env, deployment }: Looker): Place[] {
  return connectionsOf(env).flatMap((connection): Place[] =>
    connection.owner === 'server'
      ? usersOf(deployment.catalog, connection).map(({ name }) => ({ connection, server: name }))
      : [{ connection, server: null }],
  );
}

async function ownConnection(looker: Looker, { connection, server }: Place): Promise<OwnConnection> {
  const { env, deployment, user, roles } = looker;
  const users = usersOf(deployment.catalog, connection).filter(({ name }) => [name, null].includes(server));
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

function idOf({ connection, server }: Place): string {
  return server === null ? connection.id : `${connection.id}@${server}`;
}
