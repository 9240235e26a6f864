import type { UserName } from '../../grants/user-id.ts';

/** Who uses an egress. Set by the gateway when it loads an isolate; tool code cannot. */
export interface EgressProps {
  /** On whose behalf the tool runs. */
  readonly user: UserName;
  /** The server whose tool it is. */
  readonly server: string;
  /** The ids of the connections that the server declares. */
  readonly connections: readonly string[];
  /** The session, for the audit; null where several sessions of the user share the isolate. */
  readonly session: EgressSession | null;
}

/** Which session an egress is used by. */
export interface EgressSession {
  /** Its Durable Object's name. */
  readonly object: string;
  readonly client: string;
  /** The id of the client's installation. */
  readonly installation: string;
}
