import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type Deployment, deploymentOf } from '../deployment.ts';
import { type Env, settingsOf } from '../env.ts';
import { PATHS } from '../grants/authorization-server.ts';
import { CALLBACK_PATH } from '../identity/provider-sign-in.ts';
import { readAuthorizationRequest } from './consent/authorization-request.ts';
import { BLOCKED_CLIENT, isClientBlocked } from './consent/client-gate.ts';
import { decideConsent, seekConsent } from './consent/consent.tsx';
import { readForm } from './form.ts';
import {
  helpersFor,
  metadataEndpoint,
  oauthEndpoint,
  revocationEndpoint,
  tokenEndpoint,
} from './oauth-endpoints.ts';
import { FOREIGN_FORM, refusalPage, refuseAuthorization } from './refusal.tsx';
import { registrationEndpoint } from './registration.ts';
import { currentPerson } from './sign-in/current-person.ts';
import { ENDED_SIGN_IN, isSameOrigin } from './sign-in/sign-in.ts';
import { finishSignInAtProvider, showSignIn, signIn } from './sign-in/sign-in-routes.tsx';
import { SIGN_OUT_PATH, showSignOut, signOut } from './sign-in/sign-out-routes.tsx';

type AppContext = Context<{ Bindings: Env }>;

const SIGNED_OUT = 'You are signed out. Start again from your app.';

/** Sign-in, consent, and the endpoints of the authorization server. */
export const authRoutes = new Hono<{ Bindings: Env }>()
  .use('/authorize', limitBody('MAX_BODY_BYTES'))
  .use('/sign-in', limitBody('MAX_BODY_BYTES'))
  .use(SIGN_OUT_PATH, limitBody('MAX_BODY_BYTES'))
  .use(PATHS.register, limitBody('MAX_REGISTRATION_BYTES'))
  .use('/oauth/*', limitBody('MAX_BODY_BYTES'))
  .get(PATHS.authorize, authorize)
  .post(PATHS.authorize, decide)
  .post('/sign-in', signIn)
  .get(CALLBACK_PATH, finishSignInAtProvider)
  .get(SIGN_OUT_PATH, showSignOut)
  .post(SIGN_OUT_PATH, signOut)
  .all('/.well-known/oauth-authorization-server', c => metadataEndpoint(c.env, c.req.raw, ctxOf(c)))
  .all(PATHS.token, c => tokenEndpoint(c.env, c.req.raw, ctxOf(c)))
  .all(PATHS.revoke, c => revocationEndpoint(c.env, c.req.raw, ctxOf(c)))
  .all(PATHS.register, c => registrationEndpoint(c.env, c.req.raw, ctxOf(c)))
  .all('/oauth/*', c => oauthEndpoint(c.env, c.req.raw, ctxOf(c)));

/** `GET /authorize`: what is asked for, sign-in, and then consent. */
async function authorize(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const oauth = helpersFor(deployment, c.env);
  try {
    const request = await readAuthorizationRequest(oauth, deployment.request);
    const person = await currentPerson(c.env, deployment, c.req.raw);
    const authorization = { env: c.env, deployment, oauth };
    if (!person) return signedOut(await showSignIn(authorization, request));
    if (await isClientBlocked(c.env, person, request.clientId)) return refusalPage(BLOCKED_CLIENT, 403);
    return await ifStillHere(c, deployment, await seekConsent(authorization, person, request));
  } catch (error) {
    return refuseAuthorization(error);
  }
}

/** `POST /authorize`: the person's decision. */
async function decide(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const { origin, request } = deployment;
  const person = await currentPerson(c.env, deployment, request);
  if (!isSameOrigin(origin, request)) return refusalPage(FOREIGN_FORM, 403);
  if (!person) return signedOut(await refusalPage(SIGNED_OUT, 403));
  const oauth = helpersFor(deployment, c.env);
  const form = await readForm(c.req.raw);
  try {
    return await ifStillHere(
      c,
      deployment,
      await decideConsent({ env: c.env, deployment, oauth }, person, form),
    );
  } catch (error) {
    // What is wrong here is the handle: missing, used, or another browser's or person's.
    return refuseAuthorization(error, 403);
  }
}

/** All access may have ended while something was granted. Then nobody is given the code, and it is good for nobody. */
async function ifStillHere(c: AppContext, deployment: Deployment, decided: Response): Promise<Response> {
  const isStillHere = await currentPerson(c.env, deployment, deployment.request);
  return isStillHere ? decided : signedOut(await refusalPage(SIGNED_OUT, 403));
}

/** A sign-in that no longer counts is not kept. */
function signedOut(response: Response): Response {
  response.headers.append('set-cookie', ENDED_SIGN_IN);
  return response;
}

function limitBody(setting: 'MAX_BODY_BYTES' | 'MAX_REGISTRATION_BYTES') {
  return (c: AppContext, next: () => Promise<void>) => {
    const maxSize = settingsOf(c.env)[setting];
    const message = `The body is larger than ${maxSize} bytes (setting ${setting}).`;
    const onError = () => c.json({ error: 'invalid_request', error_description: message }, 413);
    return bodyLimit({ maxSize, onError })(c, next);
  };
}

function ctxOf(c: AppContext): ExecutionContext {
  return c.executionCtx as ExecutionContext;
}
