import type { UserName } from '../grants/user-id.ts';

/** Something that happened to a credential that is kept here. Its name is connection and version; it is never in the event. */
export type CredentialEvent = CredentialName &
  (
    | { readonly kind: 'kept' }
    | { readonly kind: 'dropped'; readonly cause: DropCause }
    | { readonly kind: 'refreshed' }
    | { readonly kind: 'died'; readonly cause: DeathCause }
    | { readonly kind: 'refused'; readonly reason: RefusalReason }
  );

/** Which credential it is. */
export interface CredentialName {
  readonly owner: UserName;
  /** The id of the connection. */
  readonly connection: string;
  readonly version: number;
}

/** Somebody asked for it, or all access of its owner was ended. */
export type DropCause = 'asked' | 'access-ended';

/** The third party says that the refresh token is over: by its own will, or after a refresh whose answer never got here. */
export type DeathCause = 'ended' | 'answer-lost';

/** There is no record where one should be, or it is not the one that was stored for this place. */
export type RefusalReason = 'missing' | 'unreadable';

/**
 * Puts an event on record. It is awaited before what happened is acknowledged, and before a credential is kept: where it
 * fails, a credential is not kept, and one that was refreshed is stored but not given out.
 */
export type OnCredentialEvent = (event: CredentialEvent) => Promise<void>;
