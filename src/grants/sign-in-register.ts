import type { Env } from '../env.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { UserName } from './user-id.ts';

/** What is kept of a sign-in at an identity provider, to ask the provider again. */
export interface UpstreamSignIn {
  /** The id of the provider. */
  readonly provider: string;
  /** The provider's refresh token, where it gave one. */
  readonly refreshToken?: string;
}

/** Knows when a user signed in, and with whom; the account object implements it. */
export interface SignInRegister {
  /**
   * Takes note of a sign-in. It counts from the time that is returned, by the account's own clock, so that it is always told
   * apart from what was ended before.
   * @param upstream null for development identities, of whom nobody can be asked.
   * @returns Unix time in milliseconds; null for a user who is suspended, of whose sign-in nothing is kept.
   */
  recordSignIn(owner: UserName, upstream: UpstreamSignIn | null): Promise<number | null>;
}

/** The account object of a user, as the register of their sign-ins. */
export function signInRegisterOf(env: Env, { tenant, subject }: UserName): SignInRegister {
  return accountObject<SignInRegister>(env, { tenant, subject });
}
