import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import { PATHS } from '../../grants/authorization-server.ts';
import { identityProviders } from '../../identity/settings.ts';
import { renderPage } from '../pages/page.tsx';
import { SignInPage } from '../pages/sign-in-page.tsx';
import { refusalPage } from '../refusal.tsx';
import { developmentIdentities } from './development-identities.ts';
import { csrfToken } from './sign-in.ts';

/** The page on which people see and end what they have connected. */
export const ACCOUNT_PATH = '/account';

/** The pages on which people decide about calls. */
export const APPROVALS_PATH = '/approvals';

/** Where one may go on to after signing in; the first is where one goes if nothing else is right. */
const RETURN_PATHS: readonly string[] = [PATHS.authorize, ACCOUNT_PATH, APPROVALS_PATH];

/** The page of one approval, which has a UUID. */
const APPROVAL_PATH = /^\/approvals\/[0-9a-f-]{36}$/;

/** The page of one connection, be it a remote server's own. What is none of ours is refused there. */
const CONNECT_PATH = /^\/connect\/(?:mcp\.)?[a-z0-9-]{1,32}$/;

/** Where to go on after signing in: only ever a page of our own that one signs in for. */
export function returnPath(origin: string, asked: string): string {
  const url = URL.canParse(asked, origin) ? new URL(asked, origin) : new URL(PATHS.authorize, origin);
  const isOurs = url.origin === origin && isReturnPath(url.pathname);
  return isOurs ? url.pathname + url.search : PATHS.authorize;
}

function isReturnPath(path: string): boolean {
  return RETURN_PATHS.includes(path) || CONNECT_PATH.test(path) || APPROVAL_PATH.test(path);
}

/** Asks to sign in for a page of our own, rather than for an app. */
export function showOwnSignIn(
  env: Env,
  { settings, request }: Deployment,
  returnTo: string,
): Response | Promise<Response> {
  const [identities, providers] = [developmentIdentities(settings), identityProviders(env)];
  if (identities.length + providers.length === 0) {
    return refusalPage('No identity provider is set up for this gateway. Ask whoever runs it.', 503);
  }
  const { token, cookie } = csrfToken(settings.keyRing, request);
  const body = SignInPage({ identities, providers, csrf: token, returnTo });
  // The form may lead on to a provider, and that anywhere of its own.
  const page = { title: 'Sign in', body, formAction: ['https:', 'http:'] };
  return renderPage(page, new Headers({ 'set-cookie': cookie }));
}
