import type { Env } from '../env.ts';
import type { Installation } from '../principal.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { UserName } from './user-id.ts';

/**
 * The installations of clients that bring a new proof for each token instead of refreshing one (client credentials, ID-JAG,
 * tokens of an external issuer): one per client and resource, so that a session outlives the token that opened it. The
 * account object implements it.
 */
export interface StandingInstallations {
  /** The installation of a client at a resource, made when there is none. */
  standingInstallation(owner: UserName, client: string, resource: string): Promise<Installation>;
}

/** The account object of a user, as the keeper of their standing installations. */
export function standingInstallationsOf(env: Env, { tenant, subject }: UserName): StandingInstallations {
  return accountObject<StandingInstallations>(env, { tenant, subject });
}
