import type { Env } from '../env.ts';
import { connectionsOf } from '../grants/connections.ts';
import type { UserName } from '../grants/user-id.ts';
import { KINDS, type Kind } from './end-form.tsx';

/** What is said once something was ended; `nothing` where it had ended before. */
const NOTICES: Readonly<Record<Kind | 'nothing', string>> = {
  client: 'The app is disconnected. Its access and its sessions have ended.',
  connection: 'The connection has ended, with its access and its sessions.',
  session: 'The session has ended. The app is still connected and may open another.',
  nothing: 'That had already ended.',
};

/** What came of a button: the word that the next page is asked with. */
export type Outcome = keyof typeof NOTICES;

/** The sentence for an outcome; null for anything else, which shows nothing. */
export function noticeOf(outcome: string | null): string | null {
  return outcome !== null && Object.hasOwn(NOTICES, outcome) ? NOTICES[outcome as Outcome] : null;
}

/** Ends what a button names, of the person who pressed it; null where there is no such kind. */
export async function end(env: Env, person: UserName, kind: string, id: string): Promise<Outcome | null> {
  const known = KINDS.find(each => each === kind);
  if (!known) return null;
  const owner = { tenant: person.tenant, subject: person.subject };
  return (await ENDS[known](env, owner, id)) ? known : 'nothing';
}

const ENDS: Readonly<Record<Kind, (env: Env, owner: UserName, id: string) => Promise<boolean>>> = {
  client: async (env, owner, id) => (await connectionsOf(env, owner).endClient(owner, id)) > 0,
  connection: (env, owner, id) => connectionsOf(env, owner).endInstallation(owner, id),
  session: (env, owner, id) => connectionsOf(env, owner).endSession(owner, id),
};
