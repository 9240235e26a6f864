import type { Env } from '../env.ts';
import type { Person } from '../identity/person.ts';
import type { Role } from '../principal.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';
import type { UserName } from './user-id.ts';

/** Somebody of the organisation who has signed in at least once. */
export interface Member {
  readonly subject: string;
  /** As their identity provider called them at their last sign-in; null where it said nothing. */
  readonly name: string | null;
  /** Those of the last sign-in. */
  readonly roles: readonly Role[];
  /** Unix time in milliseconds, as all times here. */
  readonly firstSignInMs: number;
  readonly lastSignInMs: number;
  readonly isSuspended: boolean;
}

/** Who has blocked a client, and when. */
export interface Block {
  /** The subject of an administrator. */
  readonly by: string;
  readonly atMs: number;
}

/** A client that members have connected at some time, or that is blocked. */
export interface TenantClient {
  readonly client: string;
  /** How many members have connected it, be it that they have ended it since. */
  readonly members: number;
  readonly block: Block | null;
}

/** One page of a list: at most `limit` entries after the one that is named `after`. */
export interface PageQuery {
  readonly after: string | null;
  readonly limit: number;
}

/** The members of one organisation; the tenant object implements it. */
export interface TenantMembers {
  memberSignedIn(person: Person): Promise<void>;
  /** Whether somebody has signed in here. */
  isMember(subject: string): Promise<boolean>;
  /** Somebody who has signed in here; null where nobody of this subject has. */
  readMember(tenant: string, subject: string): Promise<Member | null>;
  /** In the order of their subjects. */
  listMembers(tenant: string, page: PageQuery): Promise<Member[]>;
  /** Ends every grant, session and sign-in of a member. @returns false where there is no such member. */
  endMember(member: UserName): Promise<boolean>;
  /** The same, and keeps them out until {@link restoreMember}. */
  suspendMember(member: UserName): Promise<boolean>;
  restoreMember(member: UserName): Promise<boolean>;
}

/** The clients of one organisation; the tenant object implements it. */
export interface TenantClients {
  /**
   * Registers that a member connects a client. To be called before the grant is made and again after it, so that a
   * block that comes in between either finds the connection or is seen here.
   * @param roles of somebody who came in by a proof: they become a member, to be seen and ended like all others.
   * @returns false for a blocked client: then the grant must not be, or not stay.
   */
  clientConnected(member: UserName, client: string, roles?: readonly Role[]): Promise<boolean>;
  isClientBlocked(client: string): Promise<boolean>;
  /** In the order of their ids. */
  listClients(page: PageQuery): Promise<TenantClient[]>;
  /**
   * Keeps a client out from now on, and ends it at every member who has connected it.
   * @param by the subject of who does it.
   * @returns how many installations were ended.
   * @throws where some could not be ended yet. The block holds; the rest follows by itself, or by asking again.
   */
  blockClient(tenant: string, client: string, by: string): Promise<number>;
  /** @returns false where it was not blocked. */
  unblockClient(client: string): Promise<boolean>;
}

/** The object of an organisation. */
export function tenantOf(env: Env, tenant: string): TenantMembers & TenantClients {
  return tenantObject<TenantMembers & TenantClients>(env, tenant);
}
