import type { Looker } from '../connect/own-connections.ts';
import { dropOwn } from '../connect/own-credential.ts';
import { connectionsOf } from '../grants/connections.ts';
import { KINDS, type Kind } from './end-form.tsx';

/** What is said once something was ended; `nothing` where it had ended before. */
const NOTICES: Readonly<Record<Kind | 'nothing', string>> = {
  client: 'The app is disconnected. Its access and its sessions have ended.',
  connection: 'The connection has ended, with its access and its sessions.',
  session: 'The session has ended. The app is still connected and may open another.',
  credential: 'The account is disconnected, and its credential is deleted here.',
  nothing: 'That had already ended.',
};

/** What came of a button: the word that the next page is asked with. */
export type Outcome = keyof typeof NOTICES;

/** The sentence for an outcome; null for anything else, which shows nothing. */
export function noticeOf(outcome: string | null): string | null {
  return outcome !== null && Object.hasOwn(NOTICES, outcome) ? NOTICES[outcome as Outcome] : null;
}

/**
 * Ends what a button names, of the person who pressed it; null where there is no such kind.
 * @throws GatehouseError `connect_refused` for a credential that is not theirs to end.
 */
export async function end(looker: Looker, kind: string, id: string): Promise<Outcome | null> {
  const known = KINDS.find(each => each === kind);
  if (!known) return null;
  return (await ENDS[known](looker, id)) ? known : 'nothing';
}

const ENDS: Readonly<Record<Kind, (looker: Looker, id: string) => Promise<boolean>>> = {
  client: async ({ env, user }, id) => (await connectionsOf(env, user).endClient(user, id)) > 0,
  connection: ({ env, user }, id) => connectionsOf(env, user).endInstallation(user, id),
  session: ({ env, user }, id) => connectionsOf(env, user).endSession(user, id),
  credential: async (looker, id) => (await dropOwn(looker, id)) === true,
};
