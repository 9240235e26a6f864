import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deploymentOf } from '../deployment.ts';
import { type Env, settingsOf } from '../env.ts';
import { PATHS } from '../grants/authorization-server.ts';
import { CALLBACK_PATH } from '../identity/provider-sign-in.ts';
import { readAuthorizationRequest } from './authorization-request.ts';
import { BLOCKED_CLIENT, isClientBlocked } from './client-gate.ts';
import { decideConsent, showConsent } from './consent.tsx';
import { readForm } from './form.ts';
import {
  helpersFor,
  metadataEndpoint,
  oauthEndpoint,
  revocationEndpoint,
  tokenEndpoint,
} from './oauth-endpoints.ts';
import { FOREIGN_FORM, refusalPage, refuseAuthorization } from './refusal.tsx';
import { isSameOrigin, signedIn } from './sign-in.ts';
import { finishSignInAtProvider, showSignIn, signIn } from './sign-in-routes.tsx';
import { SIGN_OUT_PATH, showSignOut, signOut } from './sign-out-routes.tsx';

type AppContext = Context<{ Bindings: Env }>;

/** Sign-in, consent, and the endpoints of the authorization server. */
export const authRoutes = new Hono<{ Bindings: Env }>()
  .use('/authorize', limitBody)
  .use('/sign-in', limitBody)
  .use(SIGN_OUT_PATH, limitBody)
  .use('/oauth/*', limitBody)
  .get(PATHS.authorize, authorize)
  .post(PATHS.authorize, decide)
  .post('/sign-in', signIn)
  .get(CALLBACK_PATH, finishSignInAtProvider)
  .get(SIGN_OUT_PATH, showSignOut)
  .post(SIGN_OUT_PATH, signOut)
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
    if (person && (await isClientBlocked(c.env, person, request.clientId))) {
      return refusalPage(BLOCKED_CLIENT, 403);
    }
    if (person) return await showConsent(oauth, deployment, person, request);
    return await showSignIn(c.env, deployment, oauth, request);
  } catch (error) {
    return refuseAuthorization(error);
  }
}

/** `POST /authorize`: the person's decision. */
async function decide(c: AppContext): Promise<Response> {
  const deployment = deploymentOf(c.env, c.req.raw);
  const { origin, settings, request } = deployment;
  const person = await signedIn(settings, request);
  if (!isSameOrigin(origin, request)) return refusalPage(FOREIGN_FORM, 403);
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

function limitBody(c: AppContext, next: () => Promise<void>) {
  const { MAX_BODY_BYTES } = settingsOf(c.env);
  const message = `The body is larger than ${MAX_BODY_BYTES} bytes (setting MAX_BODY_BYTES).`;
  const onError = () => c.json({ error: 'invalid_request', error_description: message }, 413);
  return bodyLimit({ maxSize: MAX_BODY_BYTES, onError })(c, next);
}

function ctxOf(c: AppContext): ExecutionContext {
  return c.executionCtx as ExecutionContext;
}
