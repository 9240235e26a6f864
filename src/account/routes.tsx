import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { clientNames } from '../auth/client-names.ts';
import { readOwnForm } from '../auth/form.ts';
import { helpersFor } from '../auth/oauth-endpoints.ts';
import { renderPage } from '../auth/pages/page.tsx';
import { redirection } from '../auth/redirection.ts';
import { FOREIGN_FORM, refusalPage } from '../auth/refusal.tsx';
import { currentPerson } from '../auth/sign-in/current-person.ts';
import { ACCOUNT_PATH, showOwnSignIn } from '../auth/sign-in/own-pages.tsx';
import { csrfToken } from '../auth/sign-in/sign-in.ts';
import { type Looker, ownConnections } from '../connect/own-connections.ts';
import { type Deployment, deploymentOf } from '../deployment.ts';
import { type Env, settingsOf } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import { connectionsOf } from '../grants/connections.ts';
import type { Person } from '../identity/person.ts';
import { offerOf } from '../runtime/offered-servers.ts';
import { AccountPage } from './account-page.tsx';
import { connectedApps } from './connected-app.ts';
import { end, noticeOf } from './end.ts';

type AppContext = Context<{ Bindings: Env }>;

/** The page on which people see and end what they have connected. */
export const accountRoutes = new Hono<{ Bindings: Env }>()
  .use(ACCOUNT_PATH, limitBody)
  .get(ACCOUNT_PATH, showAccount)
  .post(ACCOUNT_PATH, endOnAccount);

async function showAccount(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const person = await currentPerson(c.env, deployment, deployment.request);
  if (!person) return showOwnSignIn(c.env, deployment, ACCOUNT_PATH);
  const { token, cookie } = csrfToken(deployment.settings.keyRing, deployment.request);
  const body = AccountPage({
    name: person.name ?? person.subject,
    apps: await appsOf(c.env, deployment, person),
    connections: await ownConnections(lookerOf(c.env, deployment, person)),
    notice: noticeOf(c.req.query('ended') ?? null),
    csrf: token,
    nowMs: Date.now(),
  });
  const headers = new Headers({ 'set-cookie': cookie });
  return renderPage({ title: 'Connected apps', body, isWide: true }, headers);
}

/** `POST /account`: ends something, and shows the page anew, so that to reload it does not end anything again. */
async function endOnAccount(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const form = await readOwnForm(deployment, c.req.raw);
  if (!form) return refusalPage(FOREIGN_FORM, 403);
  const person = await currentPerson(c.env, deployment, deployment.request);
  if (!person) return redirection(303, ACCOUNT_PATH);
  const field = (name: string) => String(form.get(name) ?? '');
  try {
    const outcome = await end(lookerOf(c.env, deployment, person), field('kind'), field('id'));
    if (outcome === null) return refusalPage('This form asks for nothing that can be ended.', 400);
    return redirection(303, `${ACCOUNT_PATH}?ended=${outcome}`);
  } catch (error) {
    if (!(error instanceof GatehouseError) || error.code !== 'connect_refused') throw error;
    return refusalPage(error.message, error.httpStatus);
  }
}

function lookerOf(env: Env, deployment: Deployment, { tenant, subject, roles }: Person): Looker {
  return { env, deployment, user: { tenant, subject }, roles };
}

async function appsOf(env: Env, deployment: Deployment, person: Person) {
  const owner = { tenant: person.tenant, subject: person.subject };
  const connections = await connectionsOf(env, owner).listConnections(owner);
  const clients = connections.map(({ client }) => client);
  const oauth = helpersFor(deployment, env);
  const names = await clientNames(oauth, clients, deployment.settings.LIST_TIMEOUT_MS);
  const offer = await offerOf(env, person.tenant);
  return connectedApps({ origin: deployment.origin, offer }, connections, names);
}

function limitBody(c: AppContext, next: () => Promise<void>) {
  const { MAX_BODY_BYTES } = settingsOf(c.env);
  const message = `The form is larger than ${MAX_BODY_BYTES} bytes (setting MAX_BODY_BYTES).`;
  return bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => refusalPage(message, 413) })(c, next);
}
