import { randomBytes } from 'node:crypto';
import {
  AuthorizationError,
  type AuthRequest,
  CimdFetchError,
  type OAuthHelpers,
} from '@cloudflare/workers-oauth-provider';
import { toBase64url } from '../crypto/bytes.ts';
import { KEY_BYTES } from '../crypto/key-ring.ts';
import { type GrantProps, MCP_SCOPE, SCOPE_WORDS } from './authorization-server.ts';
import { type Deployment, serverOf } from './deployment.ts';
import { ConsentPage } from './pages/consent-page.tsx';
import { MessagePage } from './pages/message-page.tsx';
import { renderPage } from './pages/page.tsx';
import type { Person } from './sign-in.ts';

/**
 * Reads an authorization request, and asks of every client, confidential ones too, what OAuth 2.1 section
 * 7.5.1 asks of all: a code challenge by S256.
 * @throws AuthorizationError, which carries a redirect only where one is safe.
 */
export async function readAuthRequest(oauth: OAuthHelpers, request: Request): Promise<AuthRequest> {
  const parsed = await oauth.parseAuthRequest(request);
  if (parsed.codeChallenge && parsed.codeChallengeMethod === 'S256') return parsed;
  throw new AuthorizationError('invalid_request', {
    description: 'PKCE is required: send code_challenge with code_challenge_method=S256',
    redirectUri: parsed.redirectUri,
    ...(parsed.state && { state: parsed.state }),
    ...(parsed.issuer && { issuer: parsed.issuer }),
  });
}

/** Shows who asks for what, and lets the person decide. */
export async function showConsent(
  oauth: OAuthHelpers,
  deployment: Deployment,
  person: Person,
  request: AuthRequest,
): Promise<Response> {
  const scope = grantableScopes(request.scope);
  const description = await oauth.describeConsent({ ...request, scope });
  const { handle, headers } = await oauth.beginConsent({ ...request, scope });
  const one = request.resource === undefined ? null : serverOf(deployment, request.resource);
  const page = ConsentPage({
    description,
    servers: one ? [one] : deployment.catalog,
    scopes: scope.map(name => ({ scope: name, words: SCOPE_WORDS[name] ?? name })),
    subject: person.subject,
    handle,
  });
  const title = `Connect ${description.clientName}`;
  return renderPage({ title, body: page, formAction: clientSources(request.redirectUri) }, headers);
}

/** Carries out the person's decision and sends the browser back to the client. */
export async function decideConsent(
  oauth: OAuthHelpers,
  person: Person,
  request: Request,
  form: FormData,
): Promise<Response> {
  const handle = String(form.get('handle') ?? '');
  if (form.get('decision') !== 'approve') {
    const denied = await oauth.denyConsent(request, handle);
    denied.headers.set('location', denied.redirectTo);
    return redirect(denied.headers);
  }
  const approved = await oauth.approveConsent(request, handle);
  const { redirectTo } = await oauth.completeAuthorization({
    request: approved.request,
    userId: `${person.tenant}.${person.subject}`,
    metadata: {},
    scope: approved.request.scope,
    props: newGrant(person),
  });
  approved.headers.set('location', redirectTo);
  return redirect(approved.headers);
}

/** The answer to an authorization request that cannot be served. */
export function refuseAuthorization(error: unknown): Response | Promise<Response> {
  if (error instanceof AuthorizationError && error.redirectTo) {
    return redirect(new Headers({ location: error.redirectTo }));
  }
  if (error instanceof AuthorizationError) return refusalPage(error.description, 400);
  if (error instanceof CimdFetchError) {
    return refusalPage('The app could not be verified: its metadata document could not be read.', 400);
  }
  throw error;
}

/** A page that says why there is no going on, for people rather than clients. */
export function refusalPage(message: string, status: number): Response | Promise<Response> {
  const body = MessagePage({ heading: 'This request was refused', message });
  return renderPage({ title: 'Refused', body, status });
}

function newGrant({ tenant, subject, roles }: Person): GrantProps {
  const random = () => toBase64url(randomBytes(KEY_BYTES));
  return { tenant, subject, roles, grant: { id: random(), key: random() } };
}

/** Clients may ask for scopes we do not have (RFC 6749 section 3.3); the basic one is always granted. */
function grantableScopes(asked: readonly string[]): string[] {
  return [...new Set([MCP_SCOPE, ...asked])].filter(scope => Object.hasOwn(SCOPE_WORDS, scope));
}

/**
 * What the `form-action` of our pages must allow. Browsers apply it to every redirect that follows a form, the
 * client's own onward ones too, so it cannot be narrower; the pages run no script that could misuse it.
 */
export function clientSources(redirectUri: string): readonly string[] {
  return [...new Set(['https:', 'http:', new URL(redirectUri).protocol])];
}

function redirect(headers: Headers): Response {
  headers.set('cache-control', 'no-store');
  return new Response(null, { status: 302, headers });
}
