import type { Env } from '../env.ts';
import { reportFault } from '../errors.ts';
import type { UserName } from '../grants/user-id.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { EgressProps } from './egress/egress-props.ts';

/** What is wrong with a connection: nobody has made it yet, it is no longer good, or not good for enough. */
export type WantReason = 'missing' | 'dead' | 'insufficient';

/** A connection that a tool needed and did not have. */
export interface ConnectionWant {
  readonly user: UserName;
  readonly server: string;
  /** The connection's id. */
  readonly connection: string;
  readonly reason: WantReason;
  /** All scopes that it has to be good for, where it is not good for enough: bounded, and said by a stranger. Else none. */
  readonly scopes: readonly string[];
}

/** What a call needed and did not have. */
export type Wanted = Pick<ConnectionWant, 'connection' | 'reason' | 'scopes'>;

/** Whose tool did something. */
export type Actor = Pick<ConnectionWant, 'user' | 'server'>;

/** Which wants are asked about. */
export interface WantsQuestion extends Actor {
  /** Only those from then on, Unix time in milliseconds: when the tool was called. */
  readonly sinceMs: number;
}

/** What a call needed and did not have, and whether it may be run again. */
export interface WantsAnswer {
  readonly wants: readonly Wanted[];
  /** Whether the server may have changed something for the user since then, or it is not known that it has not. */
  readonly mayHaveActed: boolean;
}

/**
 * Which connections tools needed lately, kept in memory by the account object: the egress says so, and whoever called the
 * tool asks, to lead the user to where they connect.
 */
export interface ConnectionWants {
  connectionWanted(want: ConnectionWant): Promise<void>;
  /** A server has sent something on behalf of a user that is not merely read. */
  serverActed(actor: Actor): Promise<void>;
  wantsSince(question: WantsQuestion): Promise<WantsAnswer>;
}

/** The account object of a user, as the keeper of what is wanted. */
export function connectionWantsOf(env: Env, { tenant, subject }: UserName): ConnectionWants {
  return accountObject<ConnectionWants>(env, { tenant, subject });
}

/** Tells the account that a connection is wanted. Where it cannot be told, the tool's own answer has to do. */
export async function reportWanted(env: Env, { user, server }: EgressProps, wanted: Wanted): Promise<void> {
  try {
    await connectionWantsOf(env, user).connectionWanted({ user, server, ...wanted });
  } catch (error) {
    reportFault('want_not_reported', error, { server });
  }
}

/**
 * Tells the account that a server has acted. An account that cannot be told has been restarted or will be, and then vouches
 * for nothing that was before, see {@link WantsAnswer}.
 */
export async function reportActed(env: Env, { user, server }: EgressProps): Promise<void> {
  try {
    await connectionWantsOf(env, user).serverActed({ user, server });
  } catch (error) {
    reportFault('act_not_reported', error, { server });
  }
}
