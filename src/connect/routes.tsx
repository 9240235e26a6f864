import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { clientNames } from '../auth/client-names.ts';
import { readOwnForm } from '../auth/form.ts';
import { helpersFor } from '../auth/oauth-endpoints.ts';
import { renderPage } from '../auth/pages/page.tsx';
import { FOREIGN_FORM, refusalPage } from '../auth/refusal.tsx';
import { csrfToken } from '../auth/sign-in/sign-in.ts';
import { deploymentOf } from '../deployment.ts';
import { type Env, settingsOf } from '../env.ts';
import { offerOf } from '../runtime/offered-servers.ts';
import { credentialKeeperOf } from '../vault/credential-source.ts';
import { keepingRight } from '../vault/keeping-rights.ts';
import { CALLBACK_PATH, CLIENT_METADATA_PATH, clientMetadataDocument } from '../vault/own-client.ts';
import { act, noticeOf } from './act.ts';
import { finishAtThirdParty } from './callback.tsx';
import { ConnectPage } from './connect-page.tsx';
import { refuseConnect } from './refusal.tsx';
import { usersOf } from './server-choice.tsx';
import { type Visit, visitOf } from './visit.tsx';

type AppContext = Context<{ Bindings: Env }>;

const PAGE = '/connect/:connection';

/** The pages on which members connect the accounts that tools may use. */
export const connectRoutes = new Hono<{ Bindings: Env }>()
  .use('/connect/*', limitBody)
  .get(CALLBACK_PATH, async c => finishAtThirdParty(c.env, await deploymentOf(c.env, c.req.raw)))
  .get(CLIENT_METADATA_PATH, showClientMetadata)
  .get(PAGE, show)
  .post(PAGE, post);

/** For authorization servers, which read it when a member is sent to them. */
async function showClientMetadata(c: AppContext): Promise<Response> {
  const { origin } = await deploymentOf(c.env, c.req.raw);
  return Response.json(clientMetadataDocument(origin), { headers: { 'cache-control': 'max-age=3600' } });
}

async function show(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const ticket = c.req.query('ticket') ?? null;
  const visit = await visitOf({ env: c.env, deployment, ticket, ...placeOf(c) });
  return visit instanceof Response ? visit : pageOf(visit, noticeOf(c.req.query('done') ?? null));
}

/** `POST /connect/<connection>`: connects or disconnects. */
async function post(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const form = await readOwnForm(deployment, c.req.raw);
  if (!form) return refusalPage(FOREIGN_FORM, 403);
  const ticket = form.has('ticket') ? String(form.get('ticket')) : null;
  const visit = await visitOf({ env: c.env, deployment, ticket, ...placeOf(c) });
  if (visit instanceof Response) return visit;
  try {
    return await act(visit, form);
  } catch (error) {
    return refuseConnect(error, visit);
  }
}

/** What a request's address names. */
function placeOf(c: AppContext) {
  return { id: c.req.param('connection') ?? '', server: c.req.query('server') ?? null };
}

async function pageOf(visit: Visit, notice: string | null): Promise<Response> {
  const { env, deployment, person, user, connection, server, ticket, scopes } = visit;
  const { settings, request } = deployment;
  const { servers } = await offerOf(env, user.tenant);
  const { token, cookie } = csrfToken(settings.keyRing, request);
  const body = ConnectPage({
    connection,
    server,
    ticket,
    askedBy: await askedBy(visit),
    csrf: token,
    person: person.name ?? person.subject,
    servers: usersOf(servers, connection).map(({ title }) => title),
    right: keepingRight(connection, person.roles),
    status: await credentialKeeperOf(env).connectionStatus(user, connection, server),
    notice,
    scopes,
  });
  // The button may lead to the third party, and that anywhere of its own.
  const page = { title: `Connect ${connection.name}`, body, formAction: ['https:', 'http:'] };
  return renderPage(page, new Headers({ 'set-cookie': cookie }));
}

/** What the client that led here calls itself. */
async function askedBy({ env, deployment, client }: Visit): Promise<string | null> {
  if (client === null) return null;
  const names = await clientNames(helpersFor(deployment, env), [client], deployment.settings.LIST_TIMEOUT_MS);
  return names.get(client) ?? 'An app';
}

function limitBody(c: AppContext, next: () => Promise<void>) {
  const { MAX_BODY_BYTES } = settingsOf(c.env);
  const message = `The form is larger than ${MAX_BODY_BYTES} bytes (setting MAX_BODY_BYTES).`;
  return bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => refusalPage(message, 413) })(c, next);
}
