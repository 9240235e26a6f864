import { redirection } from '../auth/redirection.ts';
import { GatehouseError } from '../errors.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import { credentialKeeperOf } from '../vault/credential-source.ts';
import { connectCookie } from './connect-transaction.ts';
import { enteredCredential } from './entered-credential.ts';
import { requireKeeping } from './keeping.ts';
import { beginConnect, isOAuth } from './third-party.ts';
import type { Visit } from './visit.tsx';

/** What is said once something was done; the keys are the words that the next page is asked with. */
const NOTICES = {
  connected: 'Your account is connected.',
  disconnected: 'The account is disconnected, and its credential is deleted here.',
} as const;

/** The sentence for what was done; null for anything else, which shows nothing. */
export function noticeOf(done: string | null): string | null {
  return done !== null && Object.hasOwn(NOTICES, done) ? NOTICES[done as keyof typeof NOTICES] : null;
}

/** Where a person is sent once something was done, so that to reload the page does not do it again. */
export function doneAt({ connection, server }: Place, done: keyof typeof NOTICES): string {
  return connectPath(connection.id, server, { done });
}

type Place = Pick<Visit, 'connection' | 'server'>;

/**
 * Does what a button of the page asks for.
 * @throws GatehouseError `connect_refused`, `provider_failed`.
 */
export async function act(visit: Visit, form: FormData): Promise<Response> {
  requireKeeping(visit.connection, visit.person.roles);
  const action = String(form.get('action') ?? '');
  const known = Object.hasOwn(ACTIONS, action) ? ACTIONS[action as keyof typeof ACTIONS] : undefined;
  if (!known)
    throw new GatehouseError('connect_refused', 'This form asks for nothing that can be done here.');
  return known(visit, form);
}

const ACTIONS = { connect, disconnect } as const;

async function connect(visit: Visit, form: FormData): Promise<Response> {
  const { env, user, connection, server } = visit;
  if (isOAuth(connection)) return goToThirdParty(visit);
  const credential = enteredCredential(connection, form);
  await credentialKeeperOf(env).keepCredential(user, connection, credential, server);
  return redirection(303, doneAt(visit, 'connected'));
}

async function goToThirdParty({ deployment, user, connection, server, scopes }: Visit): Promise<Response> {
  if (!isOAuth(connection)) throw new Error('a connection without OAuth has no third party to go to');
  const { origin, settings } = deployment;
  const { location, checks } = await beginConnect(origin, connection, scopes);
  const transaction = { connection: connection.id, server, ...user, ...checks };
  const cookie = await connectCookie(settings.keyRing, transaction);
  const headers = new Headers({ 'set-cookie': cookie, 'referrer-policy': 'no-referrer' });
  return redirection(303, location.href, headers);
}

async function disconnect(visit: Visit): Promise<Response> {
  const { env, user, connection, server } = visit;
  await credentialKeeperOf(env).dropCredential(user, connection, server);
  return redirection(303, doneAt(visit, 'disconnected'));
}
