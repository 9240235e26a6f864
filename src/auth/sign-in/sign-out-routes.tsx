import type { Context } from 'hono';
import { deploymentOf } from '../../deployment.ts';
import type { Env, Settings } from '../../env.ts';
import { signInSource } from '../../grants/proof.ts';
import { userAccessOf } from '../../grants/user-access.ts';
import { providerOf } from '../../identity/claims.ts';
import type { Person } from '../../identity/person.ts';
import { providerSignOut } from '../../identity/provider-sign-in.ts';
import { identityProviders } from '../../identity/settings.ts';
import { readOwnForm } from '../form.ts';
import { MessagePage } from '../pages/message-page.tsx';
import { renderPage } from '../pages/page.tsx';
import { SignOutPage } from '../pages/sign-out-page.tsx';
import { redirection } from '../redirection.ts';
import { FOREIGN_FORM, refusalPage } from '../refusal.tsx';
import { csrfToken, ENDED_SIGN_IN, type SignedInPerson, signedIn } from './sign-in.ts';

type AppContext = Context<{ Bindings: Env }>;

/** The page and the form of signing out, and where providers send people who signed out of them. */
export const SIGN_OUT_PATH = '/sign-out';

/** `GET /sign-out`: asks, or says that nobody is signed in. */
export async function showSignOut(c: AppContext): Promise<Response> {
  const { settings, request } = await deploymentOf(c.env, c.req.raw);
  const person = await signedIn(settings, request);
  if (!person) {
    const message = 'Nobody is signed in at this browser. Apps that you connected stay connected.';
    return renderPage({ title: 'Signed out', body: MessagePage({ heading: 'You are signed out', message }) });
  }
  const { token, cookie } = csrfToken(settings.keyRing, request);
  const body = SignOutPage({ csrf: token, name: person.name ?? person.subject });
  // The form may lead on to the person's provider, and that anywhere of its own.
  const page = { title: 'Sign out', body, formAction: ['https:', 'http:'] };
  return renderPage(page, new Headers({ 'set-cookie': cookie }));
}

/** `POST /sign-out`: here at once, with every copy of the cookie, and then at the provider where it has that. */
export async function signOut(c: AppContext): Promise<Response> {
  const deployment = await deploymentOf(c.env, c.req.raw);
  const { origin, settings, request } = deployment;
  if (!(await readOwnForm(deployment, c.req.raw))) return refusalPage(FOREIGN_FORM, 403);
  const person = await signedIn(settings, request);
  if (person) await endSignIn(c.env, settings, person);
  const location = (person && (await atProvider(c.env, person, origin))) ?? SIGN_OUT_PATH;
  return redirection(303, location, new Headers({ 'set-cookie': ENDED_SIGN_IN }));
}

function endSignIn(env: Env, { SIGN_IN_TTL_SECONDS }: Settings, person: SignedInPerson): Promise<void> {
  const forgetAtMs = Date.now() + SIGN_IN_TTL_SECONDS * 1000;
  return userAccessOf(env, person).endSource(signInSource(person.signInId), forgetAtMs);
}

/** A provider that is gone or down keeps nobody signed in here. */
async function atProvider(env: Env, person: Person, origin: string): Promise<string | null> {
  const provider = providerOf(identityProviders(env), person);
  if (!provider) return null;
  try {
    return (await providerSignOut(provider, `${origin}${SIGN_OUT_PATH}`))?.href ?? null;
  } catch {
    // Reported where it was thrown.
    return null;
  }
}
