import type { Env } from '../env.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { Proof } from './proof.ts';
import type { UserName } from './user-id.ts';

/** Whether one user may come in at all, and what ends when they no longer may; the account object implements it. */
export interface UserAccess {
  /** Whether a proof of who the user is still counts: neither their access nor what it belongs to was ended since. */
  isProofGood(proof: Proof): Promise<boolean>;
  /**
   * Ends what proofs belong to (a sign-in, a client): those that were made until now count no more.
   * @param forgetAtMs when none of them could count any more anyhow, Unix time in milliseconds; null for never.
   */
  endSource(source: string, forgetAtMs: number | null): Promise<void>;
  /** Ends every grant, session and sign-in of the user. They may sign in again. */
  endUser(owner: UserName): Promise<void>;
  /** The same, and keeps them out until {@link restoreUser}. */
  suspendUser(owner: UserName): Promise<void>;
  restoreUser(owner: UserName): Promise<void>;
}

/** The account object of a user, as the gate to their access. */
export function userAccessOf(env: Env, { tenant, subject }: UserName): UserAccess {
  return accountObject<UserAccess>(env, { tenant, subject });
}
