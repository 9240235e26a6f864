import type { KeyRing } from '../crypto/key-ring.ts';
import type { UserName } from '../grants/user-id.ts';
import { openTicket } from '../vault/connect-ticket.ts';

/** Said of a ticket that no longer opens. */
const UNREADABLE =
  'This link is too old, or is not complete. Nothing was connected. Ask your app to call the tool again: it gets a new one.';

/** Said to anybody but the one who asked. */
const FOREIGN =
  'This link was made for somebody else. Nothing was connected. If an app of yours gave it to you, sign out and sign in as the person who uses the app; if somebody sent it to you, do not go on.';

/** What a link that a tool call gave is worth. */
export type TicketVerdict =
  /** It is theirs; `client` is who called the tool, `scopes` is what that needs beside the usual ones. */
  | { readonly kind: 'theirs'; readonly client: string; readonly scopes: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

/** A link as it was followed. */
export interface FollowedLink {
  readonly ticket: string;
  /** Whoever is signed in. */
  readonly person: UserName;
  /** What the link is to connect. */
  readonly connection: string;
  readonly server: string | null;
}

/**
 * Whether somebody may follow a link that a tool call gave: only who asked for it may, so that nobody is made to connect
 * their account for another.
 */
export async function judgeTicket(
  keyRing: KeyRing,
  { ticket, person, connection, server }: FollowedLink,
): Promise<TicketVerdict> {
  const opened = await openTicket(keyRing, ticket);
  const isForThis = opened?.connection === connection && opened.server === server;
  if (!opened || !isForThis) return { kind: 'refused', why: UNREADABLE };
  const isTheirs = opened.tenant === person.tenant && opened.subject === person.subject;
  if (!isTheirs) return { kind: 'refused', why: FOREIGN };
  return { kind: 'theirs', client: opened.client, scopes: opened.scopes };
}
