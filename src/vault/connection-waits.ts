import type { Env } from '../env.ts';
import type { UserName } from '../grants/user-id.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { Connection } from './connection.ts';

/** What is waited for. */
export interface ConnectionWait {
  readonly connection: Connection;
  /** When what was there before was connected, Unix time in milliseconds; null where nothing was. */
  readonly seenAtMs: number | null;
  readonly waitMs: number;
}

/** Tells who waits for it that somebody has connected. The owner's account object implements it. */
export interface ConnectionWaits {
  /**
   * Resolves once the owner has a good credential that is another than the one seen before.
   * @returns false where that took too long.
   */
  awaitConnected(owner: UserName, wait: ConnectionWait): Promise<boolean>;
}

/** The account object of a credential's owner, as the one that knows when they have connected. */
export function connectionWaitsOf(env: Env, { tenant, subject }: UserName): ConnectionWaits {
  return accountObject<ConnectionWaits>(env, { tenant, subject });
}
