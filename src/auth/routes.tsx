import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { authorizationServer, PATHS } from './authorization-server.ts';
import {
  clientSources,
  decideConsent,
  readAuthRequest,
  refusalPage,
  refuseAuthorization,
  showConsent,
} from './consent.tsx';
import { type Deployment, deploymentOf } from './deployment.ts';
import { developmentIdentities, developmentPerson } from './development-identities.ts';
import { MessagePage } from './pages/message-page.tsx';
import { renderPage } from './pages/page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { csrfToken, isCsrfTokenValid, isSameOrigin, signedIn, signInCookie } from './sign-in.ts';

type Bindings = { Bindings: Env };

/** Sign-in, consent, and the endpoints of the authorization server. */
export const authRoutes = new Hono<Bindings>()
  .get(PATHS.authorize, async c => {
    const deployment = deploymentOf(c.env, c.req.raw);
    const oauth = serverOf(deployment).getOAuthApi(c.env);
    try {
      const request = await readAuthRequest(oauth, deployment.request);
      const person = await signedIn(deployment.settings, c.req.raw);
      return person
        ? await showConsent(oauth, deployment, person, request)
        : await showSignIn(deployment, new URL(c.req.url), clientSources(request.redirectUri));
    } catch (error) {
      return refuseAuthorization(error);
    }
  })
  .post(PATHS.authorize, async c => {
    const deployment = deploymentOf(c.env, c.req.raw);
    const oauth = serverOf(deployment).getOAuthApi(c.env);
    const person = await signedIn(deployment.settings, c.req.raw);
    if (!isSameOrigin(deployment.origin, c.req.raw))
      return refusalPage('This form came from another site.', 403);
    if (!person) return refusalPage('You are signed out. Start again from your app.', 403);
    try {
      return await decideConsent(oauth, person, deployment.request, await readForm(c.req.raw));
    } catch (error) {
      return refuseAuthorization(error);
    }
  })
  .post('/sign-in', async c => {
    const { origin, settings } = deploymentOf(c.env, c.req.raw);
    const form = await readForm(c.req.raw);
    const field = (name: string) => String(form.get(name) ?? '');
    if (!isSameOrigin(origin, c.req.raw) || !isCsrfTokenValid(settings.keyRing, c.req.raw, field('csrf'))) {
      return refusalPage('This form is too old, or came from another site. Start again from your app.', 403);
    }
    const person = developmentPerson(settings, field('user'));
    if (!person) return refusalPage('There is no such user.', 403);
    c.header('set-cookie', await signInCookie(settings, person));
    return c.redirect(returnPath(origin, field('return_to')), 303);
  })
  .post(PATHS.revoke, c => revoke(c.env, c.req.raw, c.executionCtx as ExecutionContext))
  .all('/.well-known/oauth-authorization-server', c =>
    metadata(c.env, c.req.raw, c.executionCtx as ExecutionContext),
  )
  .all('/oauth/*', c => {
    const deployment = deploymentOf(c.env, c.req.raw);
    return serverOf(deployment).fetch(deployment.request, c.env, c.executionCtx as ExecutionContext);
  });

function serverOf({ origin, resources, settings }: Deployment) {
  return authorizationServer(origin, resources, settings);
}

function showSignIn(
  { settings }: Deployment,
  url: URL,
  formAction: readonly string[],
): Response | Promise<Response> {
  const identities = developmentIdentities(settings);
  if (identities.length === 0) {
    const message = 'No identity provider is set up for this gateway. Ask whoever runs it.';
    return renderPage({
      title: 'Sign in',
      body: MessagePage({ heading: 'Nobody can sign in yet', message }),
      status: 503,
    });
  }
  const { token, cookie } = csrfToken(settings.keyRing);
  const body = SignInPage({ identities, csrf: token, returnTo: url.pathname + url.search });
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
  return url.origin === origin && url.pathname === PATHS.authorize
    ? url.pathname + url.search
    : PATHS.authorize;
}

/** Token revocation (RFC 7009). The library serves it at the token endpoint; clients find it under its own path. */
async function revoke(env: Env, request: Request, ctx: ExecutionContext): Promise<Response> {
  const deployment = deploymentOf(env, request);
  const body = await request.text();
  const form = new URLSearchParams(body);
  if (form.has('grant_type') || !form.has('token')) {
    const description = 'Revocation takes the parameter "token" and no "grant_type" (RFC 7009 section 2.1).';
    return Response.json({ error: 'invalid_request', error_description: description }, { status: 400 });
  }
  const { method, headers } = request;
  const forwarded = new Request(`${deployment.origin}${PATHS.token}`, { method, headers, body });
  return serverOf(deployment).fetch(forwarded, env, ctx);
}

/** Authorization server metadata (RFC 8414), with the revocation endpoint that we serve. */
async function metadata(env: Env, request: Request, ctx: ExecutionContext): Promise<Response> {
  const deployment = deploymentOf(env, request);
  const response = await serverOf(deployment).fetch(deployment.request, env, ctx);
  if (!response.ok || request.method !== 'GET') return response;
  const document = (await response.json()) as object;
  const { headers } = response;
  return Response.json(
    { ...document, revocation_endpoint: `${deployment.origin}${PATHS.revoke}` },
    { headers },
  );
}
