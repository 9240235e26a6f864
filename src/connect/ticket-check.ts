import type { KeyRing } from '../crypto/key-ring.ts';
import type { UserName } from '../grants/user-id.ts';
import { openTicket } from '../vault/connect-ticket.ts';

/** Said of a ticket that no longer opens. */
const UNREADABLE =
  'This link is too old, or is not complete. Nothing was connected. Ask your app to call the tool again: it gets a new one.';

/** Said to anybody but the one who asked. */
const FOREIGN =
  'This link was made for somebody else. Nothing was connected. If an app of yours gave it to you, sign out and sign in as the person who uses the app; if somebody sent it to you, do not go on.';

/**
 * Whether somebody may follow a link that a tool call gave: only who asked for it may, so that nobody is made to connect
 * their account for another.
 * @returns why not, or null.
 */
export async function ticketFault(
  keyRing: KeyRing,
  ticket: string,
  person: UserName,
  connection: string,
): Promise<string | null> {
  const opened = await openTicket(keyRing, ticket);
  if (!opened || opened.connection !== connection) return UNREADABLE;
  const isTheirs = opened.tenant === person.tenant && opened.subject === person.subject;
  return isTheirs ? null : FOREIGN;
}
