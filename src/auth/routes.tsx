import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type Deployment, deploymentOf } from '../deployment.ts';
import { type Env, settingsOf } from '../env.ts';
import { PATHS } from '../grants/authorization-server.ts';
import { readAuthorizationRequest } from './authorization-request.ts';
import { clientSources, decideConsent, showConsent } from './consent.tsx';
import { developmentIdentities, developmentPerson } from './development-identities.ts';
import {
  helpersFor,
  metadataEndpoint,
  oauthEndpoint,
  revocationEndpoint,
  tokenEndpoint,
} from './oauth-endpoints.ts';
import { renderPage } from './pages/page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { refusalPage, refuseAuthorization } from './refusal.tsx';
import { csrfToken, isCsrfTokenValid, isSameOrigin, signedIn, signInCookie } from './sign-in.ts';

type AppContext = Context<{ Bindings: Env }>;

const FOREIGN = 'This form is too old, or came from another site. Start again from your app.';

/** Sign-in, consent, and the endpoints of the authorization server. */
export const authRoutes = new Hono<{ Bindings: Env }>()
  .use('/authorize', limitBody)
  .use('/sign-in', limitBody)
  .use('/oauth/*', limitBody)
  .get(PATHS.authorize, authorize)
  .post(PATHS.authorize, decide)
  .post('/sign-in', signIn)
  .all('/.well-known/oauth-authorization-server', c => metadataEndpoint(c.env, c.req.raw, ctxOf(c)))
  .all(PATHS.token, c => tokenEndpoint(c.env, c.req.raw, ctxOf(c)))
  .all(PATHS.revoke, c => revocationEndpoint(c.env, c.req.raw, ctxOf(c)))
  .all('/oauth/*', c => oauthEndpoint(c.env, c.req.raw, ctxOf(c)));

/** `GET /authorize`: sign-in first, then consent. */
async function authorize(c: AppContext): Promise<Response> {
  const deployment = deploymentOf(c.env, c.req.raw);
  const oauth = helpersFor(deployment, c.env);
  try {
    const request = await readAuthorizationRequest(oauth, deployment.request);
    const person = await signedIn(deployment.settings, c.req.raw);
    if (person) return await showConsent(oauth, deployment, person, request);
    return await showSignIn(deployment, clientSources(request.redirectUri));
  } catch (error) {
    return refuseAuthorization(error);
  }
}

/** `POST /authorize`: the person's decision. */
async function decide(c: AppContext): Promise<Response> {
  const deployment = deploymentOf(c.env, c.req.raw);
  const { origin, settings, request } = deployment;
  const person = await signedIn(settings, request);
  if (!isSameOrigin(origin, request)) return refusalPage(FOREIGN, 403);
  if (!person) return refusalPage('You are signed out. Start again from your app.', 403);
  const oauth = helpersFor(deployment, c.env);
  const form = await readForm(c.req.raw);
  try {
    return await decideConsent(oauth, settings.keyRing, person, request, form);
  } catch (error) {
    // What is wrong here is the handle: missing, used, or another browser's or person's.
    return refuseAuthorization(error, 403);
  }
}

/** `POST /sign-in`: in development, as one of the test identities. */
async function signIn(c: AppContext): Promise<Response> {
  const { origin, settings } = deploymentOf(c.env, c.req.raw);
  if (!isSameOrigin(origin, c.req.raw)) return refusalPage(FOREIGN, 403);
  const form = await readForm(c.req.raw);
  const field = (name: string) => String(form.get(name) ?? '');
  if (!isCsrfTokenValid(settings.keyRing, c.req.raw, field('csrf'))) return refusalPage(FOREIGN, 403);
  const person = developmentPerson(settings, field('user'));
  if (!person) return refusalPage('There is no such user.', 403);
  c.header('set-cookie', await signInCookie(settings, person));
  return c.redirect(returnPath(origin, field('return_to')), 303);
}

function showSignIn({ settings, request }: Deployment, formAction: readonly string[]) {
  const identities = developmentIdentities(settings);
  if (identities.length === 0) {
    return refusalPage('No identity provider is set up for this gateway. Ask whoever runs it.', 503);
  }
  const { pathname, search } = new URL(request.url);
  const { token, cookie } = csrfToken(settings.keyRing, request);
  const body = SignInPage({ identities, csrf: token, returnTo: pathname + search });
  return renderPage({ title: 'Sign in', body, formAction }, new Headers({ 'set-cookie': cookie }));
}

/** A posted form. A body that is none reads as an empty form, which lacks its token or handle. */
async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    return new FormData();
  }
}

/** Where to go on after signing in: only ever an authorization request of our own. */
function returnPath(origin: string, asked: string): string {
  const url = URL.canParse(asked, origin) ? new URL(asked, origin) : new URL(PATHS.authorize, origin);
  const isOurs = url.origin === origin && url.pathname === PATHS.authorize;
  return isOurs ? url.pathname + url.search : PATHS.authorize;
}

function limitBody(c: AppContext, next: () => Promise<void>) {
  const { MAX_BODY_BYTES } = settingsOf(c.env);
  const message = `The body is larger than ${MAX_BODY_BYTES} bytes (setting MAX_BODY_BYTES).`;
  const onError = () => c.json({ error: 'invalid_request', error_description: message }, 413);
  return bodyLimit({ maxSize: MAX_BODY_BYTES, onError })(c, next);
}

function ctxOf(c: AppContext): ExecutionContext {
  return c.executionCtx as ExecutionContext;
}
