import type { Env } from '../env.ts';
import { accountObjectName } from '../session-key/internal-bearer.ts';
import type { UserName } from './user-id.ts';

/** A session object that lives by an installation: a 2025 session, or a home with open streams. */
export interface OpenSession {
  /** The name of its Durable Object. */
  readonly object: string;
  readonly installationId: string;
}

/** Knows the sessions of one user; the account object implements it. */
export interface SessionIndex {
  openedSession(session: OpenSession): Promise<void>;
  closedSession(object: string): Promise<void>;
}

/** Ends what is no longer allowed; the session object implements it. */
export interface GrantBound {
  /** The grants of the installation have ended: the session and all its streams with them. */
  endWithGrant(): Promise<void>;
  /** A token has ended: whoever reads must come back with another. */
  hangUp(): Promise<void>;
}

/** The account object of a user, as the index of their sessions. */
export function sessionIndexOf(env: Env, { tenant, subject }: UserName): SessionIndex {
  return env.ACCOUNT.getByName(accountObjectName(tenant, subject)) as unknown as SessionIndex;
}

/** A session object, as something that the end of a grant concerns. */
export function grantBound(env: Env, object: string): GrantBound {
  return env.MCP_SESSION.getByName(object) as unknown as GrantBound;
}
