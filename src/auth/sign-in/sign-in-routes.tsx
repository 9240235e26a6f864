import type { AuthRequest } from '@cloudflare/workers-oauth-provider';
import type { Context } from 'hono';
import { type Deployment, deploymentOf } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import { beginSignIn, finishSignIn } from '../../identity/provider-sign-in.ts';
import { identityProviders } from '../../identity/settings.ts';
import type { Authorization } from '../consent/authorization.ts';
import { clientSources, previewConsent } from '../consent/consent.tsx';
import { readOwnForm } from '../form.ts';
import { renderPage } from '../pages/page.tsx';
import { SignInPage } from '../pages/sign-in-page.tsx';
import { redirection } from '../redirection.ts';
import { FOREIGN_FORM, refusalPage, refuseSignIn } from '../refusal.tsx';
import { admit } from './admission.ts';
import { developmentIdentities, developmentPerson } from './development-identities.ts';
import { returnPath } from './own-pages.tsx';
import { csrfToken } from './sign-in.ts';
import {
  endedTransaction,
  type Transaction,
  transactionCookie,
  transactionOf,
} from './sign-in-transaction.ts';

type AppContext = Context<{ Bindings: Env }>;

const NOT_BEGUN =
  'This sign-in was not begun in this browser, or is over already. Start again from your app.';

/** Shows for which app one signs in, and how one can. Nothing is sent to a provider before a button is pressed. */
export async function showSignIn(authorization: Authorization, asked: AuthRequest): Promise<Response> {
  const { env, deployment } = authorization;
  const { settings, request } = deployment;
  const [identities, providers] = [developmentIdentities(settings), identityProviders(env)];
  if (identities.length + providers.length === 0) {
    return refusalPage('No identity provider is set up for this gateway. Ask whoever runs it.', 503);
  }
  const { pathname, search } = new URL(request.url);
  const { token, cookie } = csrfToken(settings.keyRing, request);
  const body = SignInPage({
    identities,
    providers,
    csrf: token,
    returnTo: pathname + search,
    asked: await previewConsent(authorization, asked),
  });
  const page = { title: 'Sign in', body, formAction: clientSources(asked.redirectUri) };
  return renderPage(page, new Headers({ 'set-cookie': cookie }));
}

/** `POST /sign-in`: at an identity provider, or in development as one of the test identities. */
export async function signIn(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const { origin, settings } = deployment;
  const form = await readOwnForm(deployment, c.req.raw);
  if (!form) return refusalPage(FOREIGN_FORM, 403);
  const field = (name: string) => String(form.get(name) ?? '');
  const returnTo = returnPath(origin, field('return_to'));
  if (form.has('provider')) return signInAtProvider(c, deployment, field('provider'), returnTo);
  const person = developmentPerson(settings, field('user'));
  if (!person) return refusalPage('There is no such user.', 403);
  try {
    return goTo(returnTo, [await admit(c.env, settings, person, null)]);
  } catch (error) {
    return refuseSignIn(error);
  }
}

/** `GET /sign-in/callback`: back from an identity provider, and on to the authorization request. */
export async function finishSignInAtProvider(c: AppContext): Promise<Response> {
  const { origin, settings, request } = await deploymentOf(c.env, c.req.raw);
  const callback = new URL(request.url);
  const state = callback.searchParams.get('state') ?? '';
  const transaction = await transactionOf(settings.keyRing, request, state);
  if (!transaction) return refusalPage(NOT_BEGUN, 403);
  try {
    const { person, ...upstream } = await finishSignIn(identityProviders(c.env), transaction, callback);
    const cookies = [endedTransaction(transaction), await admit(c.env, settings, person, upstream)];
    return goTo(returnPath(origin, transaction.returnTo), cookies);
  } catch (error) {
    return ended(await refuseSignIn(error), transaction);
  }
}

async function signInAtProvider(
  c: AppContext,
  { origin, settings }: Deployment,
  id: string,
  returnTo: string,
): Promise<Response> {
  const provider = identityProviders(c.env).find(known => known.id === id);
  if (!provider) return refusalPage('There is no such identity provider.', 403);
  try {
    const { location, checks } = await beginSignIn(origin, provider);
    return goTo(location.href, [await transactionCookie(settings.keyRing, { ...checks, returnTo })]);
  } catch (error) {
    return refuseSignIn(error);
  }
}

/** A failed callback uses its transaction up too. */
function ended(response: Response, transaction: Transaction): Response {
  response.headers.append('set-cookie', endedTransaction(transaction));
  return response;
}

function goTo(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ 'referrer-policy': 'no-referrer' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return redirection(303, location, headers);
}
