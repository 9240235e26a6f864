import type { Env } from '../env.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { ClientLabel } from './open-sessions.ts';
import type { UserName } from './user-id.ts';

/** One open session, as its user may see it. */
export interface ConnectedSession {
  /** A digest that names it to its user; neither its session id nor its object's name can be learnt from it. */
  readonly id: string;
  readonly revision: string;
  /** What the client said of itself; null for the stateless requests of an installation. */
  readonly client: ClientLabel | null;
  /** Unix time in milliseconds, as all times here. */
  readonly openedAtMs: number;
  /** Exact to a minute. */
  readonly lastUsedAtMs: number;
}

/** One installation of a client that a user has connected, and what it is allowed and does. */
export interface Connection {
  /** The id of the installation. */
  readonly id: string;
  readonly client: string;
  /** The resource that its tokens are for, as a URL. */
  readonly resource: string;
  /** What its grants allow together. */
  readonly scopes: readonly string[];
  readonly connectedAtMs: number;
  /** Exact to a minute; null where it never came back with a token. */
  readonly lastUsedAtMs: number | null;
  /** The one used last is first. */
  readonly sessions: readonly ConnectedSession[];
}

/**
 * What one user has connected, and the ways to end it; the account object implements it. An end is confirmed once it
 * holds: grants and tokens are gone, and open sessions were told.
 */
export interface Connections {
  /** The connection used last is first. */
  listConnections(owner: UserName): Promise<Connection[]>;
  /** @returns false where the user has no such installation. */
  endInstallation(owner: UserName, id: string): Promise<boolean>;
  /** Ends all installations of a client. @returns how many there were. */
  endClient(owner: UserName, client: string): Promise<number>;
  /**
   * Ends one session by its public id.
   * @returns false where the user has no such session.
   * @throws where the session could not be told, and may go on.
   */
  endSession(owner: UserName, id: string): Promise<boolean>;
}

/** The account object of a user, as the list of what they have connected. */
export function connectionsOf(env: Env, { tenant, subject }: UserName): Connections {
  return accountObject<Connections>(env, { tenant, subject });
}
