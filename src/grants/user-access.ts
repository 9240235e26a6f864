import type { Env } from '../env.ts';
import { accountObjectName } from '../session-key/internal-bearer.ts';
import type { UserName } from './user-id.ts';

/** Whether one user may come in at all, and what ends when they no longer may; the account object implements it. */
export interface UserAccess {
  /**
   * Whether a proof of who the user is (a sign-in at a browser, a token of an external issuer) still counts.
   * @param provedAtMs when the proof was made, Unix time in milliseconds.
   */
  isProofGood(provedAtMs: number): Promise<boolean>;
  /** Ends every grant, session and sign-in of the user. They may sign in again. */
  endUser(owner: UserName): Promise<void>;
  /** The same, and keeps them out until {@link restoreUser}. */
  suspendUser(owner: UserName): Promise<void>;
  restoreUser(owner: UserName): Promise<void>;
}

/** The account object of a user, as the gate to their access. */
export function userAccessOf(env: Env, { tenant, subject }: UserName): UserAccess {
  return env.ACCOUNT.getByName(accountObjectName(tenant, subject)) as unknown as UserAccess;
}
