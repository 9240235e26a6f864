import type { UserName } from '../../grants/user-id.ts';

/**
 * What an egress is used for: `http` by tool code for whatever it calls; `mcp` by the gateway's own connectors, to speak MCP with a
 * remote server. Those have limits and deadlines of their own, so a stream that has begun is not cut off.
 */
export type EgressProtocol = 'http' | 'mcp';

/** Who uses an egress. Set by the gateway when it loads an isolate, or calls a remote server; tool code cannot. */
export interface EgressProps {
  /** On whose behalf the tool runs. */
  readonly user: UserName;
  /** The server whose tool it is. */
  readonly server: string;
  /** The ids of the connections that the server declares. */
  readonly connections: readonly string[];
  /** The session, for the audit; null where several sessions of the user share the isolate. */
  readonly session: EgressSession | null;
  readonly protocol: EgressProtocol;
  /** Headers, in lower case, that it may send beside those that are open to all tool code; none where it is left out. */
  readonly opened?: readonly string[];
}

/** Which session an egress is used by. */
export interface EgressSession {
  /** Its Durable Object's name. */
  readonly object: string;
  readonly client: string;
  /** The id of the client's installation. */
  readonly installation: string;
}
