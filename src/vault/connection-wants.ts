import type { Env } from '../env.ts';
import { reportFault } from '../errors.ts';
import type { UserName } from '../grants/user-id.ts';
import { accountObjectName } from '../session-key/internal-bearer.ts';
import type { Connection } from './connection.ts';
import type { EgressProps } from './egress/egress-props.ts';

/** A connection that a tool needed and did not have. */
export interface ConnectionWant {
  readonly user: UserName;
  readonly server: string;
  /** The connection's id. */
  readonly connection: string;
}

/** Which wants to take. */
export interface WantsQuestion {
  readonly user: UserName;
  readonly server: string;
  /** Only those from then on, Unix time in milliseconds: when the tool was called. */
  readonly sinceMs: number;
}

/**
 * Which connections tools needed lately, kept in memory by the account object: the egress says so, and whoever called the
 * tool asks, to lead the user to where they connect.
 */
export interface ConnectionWants {
  connectionWanted(want: ConnectionWant): Promise<void>;
  /** The ids of the connections that a server's tools needed for a user. They are not told again. */
  takeWants(question: WantsQuestion): Promise<string[]>;
}

/** The account object of a user, as the keeper of what is wanted. */
export function connectionWantsOf(env: Env, { tenant, subject }: UserName): ConnectionWants {
  return env.ACCOUNT.getByName(accountObjectName(tenant, subject)) as unknown as ConnectionWants;
}

/** Tells the account that a connection is wanted. Where it cannot be told, the tool's own answer has to do. */
export async function reportWanted(
  env: Env,
  { user, server }: EgressProps,
  connection: Connection,
): Promise<void> {
  try {
    await connectionWantsOf(env, user).connectionWanted({ user, server, connection: connection.id });
  } catch (error) {
    reportFault('want_not_reported', error, { server });
  }
}
