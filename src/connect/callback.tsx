import { redirection } from '../auth/redirection.ts';
import { refusalPage } from '../auth/refusal.tsx';
import { currentPerson } from '../auth/sign-in/current-person.ts';
import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import { credentialKeeperOf } from '../vault/credential-source.ts';
import { doneAt } from './act.ts';
import { type ConnectTransaction, connectTransactionOf, endedTransaction } from './connect-transaction.ts';
import { requireKeeping } from './keeping.ts';
import { refuseConnect } from './refusal.tsx';
import { finishConnect, isOAuth } from './third-party.ts';
import { type Visit, visitOf } from './visit.tsx';

const NOT_BEGUN =
  'This connection was not begun in this browser, or is over already. Nothing was connected. Open the page of the connection again.';

const OTHER_PERSON =
  'Somebody else signed in at this browser meanwhile. Nothing was connected. Sign in as yourself and begin again.';

const SIGNED_OUT = 'You were signed out meanwhile. Nothing was connected. Sign in and begin again.';

const NO_OAUTH = 'This connection is no longer made like this. Nothing was connected. Begin again.';

/** `GET /connect/callback`: back from a third party. Whatever comes of it, the transaction is over. */
export async function finishAtThirdParty(env: Env, deployment: Deployment): Promise<Response> {
  const { settings, request } = deployment;
  const state = new URL(request.url).searchParams.get('state') ?? '';
  const transaction = await connectTransactionOf(settings.keyRing, request, state);
  if (!transaction) return refusalPage(NOT_BEGUN, 403);
  const response = await finish(env, deployment, transaction);
  response.headers.append('set-cookie', endedTransaction(state));
  return response;
}

async function finish(env: Env, deployment: Deployment, transaction: ConnectTransaction): Promise<Response> {
  const { connection: id, server } = transaction;
  const visit = await visitOf({ env, deployment, ticket: null, id, server });
  if (visit instanceof Response) return visit;
  const { tenant, subject } = visit.user;
  if (tenant !== transaction.tenant || subject !== transaction.subject) return refusalPage(OTHER_PERSON, 403);
  try {
    return await keep(visit, transaction);
  } catch (error) {
    return refuseConnect(error, visit);
  }
}

/**
 * The person's access may end while the third party is asked. It is looked at before the credential is kept and again after:
 * an end in between finds the credential, or is seen here.
 * @throws GatehouseError `connect_refused`.
 */
async function requireStillHere({ env, deployment, connection }: Visit): Promise<void> {
  const person = await currentPerson(env, deployment, deployment.request);
  if (!person) throw new GatehouseError('connect_refused', SIGNED_OUT);
  requireKeeping(connection, person.roles);
}

async function keep(visit: Visit, transaction: ConnectTransaction): Promise<Response> {
  const { env, deployment, user, connection, server } = visit;
  requireKeeping(connection, visit.person.roles);
  if (!isOAuth(connection)) return refusalPage(NO_OAUTH, 403);
  const credential = await finishConnect(connection, transaction, new URL(deployment.request.url));
  const keeper = credentialKeeperOf(env);
  await requireStillHere(visit);
  await keeper.keepCredential(user, connection, credential, server);
  try {
    await requireStillHere(visit);
  } catch (error) {
    await keeper.dropCredential(user, connection, server);
    throw error;
  }
  return redirection(303, doneAt(visit, 'connected'));
}
