import type { Env } from '../env.ts';
import type { UserName } from '../grants/user-id.ts';
import { accountObjectName } from '../session-key/internal-bearer.ts';

/** A connection that a tool wanted for its user and that is not there, or no longer good. */
export interface ConnectionWant {
  readonly user: UserName;
  /** The server whose tool it is. */
  readonly server: string;
  /** The id of the connection. */
  readonly connection: string;
}

/** Which wants are asked for. */
export interface WantsQuestion {
  readonly user: UserName;
  readonly server: string;
  /** Unix time in milliseconds; earlier ones are another call's. */
  readonly sinceMs: number;
}

/**
 * What the egress tells the session of a call: it cannot say so to the tool in words that could be relied on. The account
 * object of the user implements it.
 */
export interface ConnectionWants {
  /** Takes note that a request was not sent, or was refused, for lack of a connection. */
  connectionWanted(want: ConnectionWant): Promise<void>;
  /** The ids of the connections that were wanted since then, each once. */
  takeWants(question: WantsQuestion): Promise<string[]>;
}

/** The account object of a user, as the place where wants are noted. */
export function connectionWantsOf(env: Env, { tenant, subject }: UserName): ConnectionWants {
  return env.ACCOUNT.getByName(accountObjectName(tenant, subject)) as unknown as ConnectionWants;
}
