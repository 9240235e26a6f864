import { AuthorizationError, type AuthRequest, type OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import type { KeyRing } from '../crypto/key-ring.ts';
import { type Deployment, serverOf } from '../deployment.ts';
import { type GrantMetadata, type GrantProps, newInstallation } from '../grants/installation.ts';
import { baseScope, endpointUrl, type Site, scopesAt } from '../grants/resources.ts';
import { userIdOf } from '../grants/user-id.ts';
import type { Person } from '../identity/person.ts';
import { formToken, isFormTokenValid } from './form-token.ts';
import { ConsentPage } from './pages/consent-page.tsx';
import { renderPage } from './pages/page.tsx';
import { redirection } from './redirection.ts';

/** Shows who asks for what, and lets the person decide. */
export async function showConsent(
  oauth: OAuthHelpers,
  deployment: Deployment,
  person: Person,
  request: AuthRequest,
): Promise<Response> {
  const resource = request.resource ?? endpointUrl(deployment.origin, null);
  const scope = grantableScopes(deployment.site, resource, request.scope);
  const description = await oauth.describeConsent({ ...request, scope });
  const { handle, headers } = await oauth.beginConsent({ ...request, scope });
  const one = request.resource === undefined ? null : serverOf(deployment, request.resource);
  const body = ConsentPage({
    description,
    servers: one ? [one] : deployment.catalog,
    scopes: scope.map(name => ({ scope: name, words: name })),
    subject: person.name ?? person.subject,
    handle: `${handle}.${handleToken(deployment.settings.keyRing, handle, person)}`,
  });
  const title = `Connect ${description.clientName}`;
  return renderPage({ title, body, formAction: clientSources(request.redirectUri) }, headers);
}

/**
 * Carries out the person's decision and sends the browser back to the client.
 * @throws AuthorizationError when the page was not shown to this person in this browser, or was used already.
 */
export async function decideConsent(
  oauth: OAuthHelpers,
  keyRing: KeyRing,
  person: Person,
  request: Request,
  form: FormData,
): Promise<Response> {
  const handle = checkedHandle(keyRing, person, String(form.get('handle') ?? ''));
  if (form.get('decision') !== 'approve') {
    const { redirectTo, headers } = await oauth.denyConsent(request, handle);
    return redirection(302, redirectTo, headers);
  }
  const { request: approved, headers } = await oauth.approveConsent(request, handle);
  const { tenant, subject, roles } = person;
  const installation = newInstallation();
  const { redirectTo } = await oauth.completeAuthorization({
    request: approved,
    userId: userIdOf(keyRing, person),
    metadata: { installation: installation.id } satisfies GrantMetadata,
    scope: approved.scope,
    props: { tenant, subject, roles, installation } satisfies GrantProps,
    // Another device of the same person, with the same client id, is another grant and keeps its sessions.
    revokeExistingGrants: false,
  });
  return redirection(302, redirectTo, headers);
}

/**
 * What the `form-action` of our pages must allow. Browsers apply it to every redirect that follows a form, the
 * client's own onward ones too, so it cannot be narrower; the pages run no script that could misuse it.
 */
export function clientSources(redirectUri: string): readonly string[] {
  return [...new Set(['https:', 'http:', new URL(redirectUri).protocol])];
}

/** Binds a consent page to the person it named: someone else who signs in meanwhile cannot answer it. */
function handleToken(keyRing: KeyRing, handle: string, { tenant, subject }: Person): string {
  return formToken(keyRing, keyRing.current, 'consent', handle, tenant, subject);
}

function checkedHandle(keyRing: KeyRing, { tenant, subject }: Person, posted: string): string {
  const [handle = '', token = ''] = posted.split('.');
  if (isFormTokenValid(keyRing, token, 'consent', handle, tenant, subject)) return handle;
  throw new AuthorizationError('invalid_request', {
    description: 'This page is too old, or was shown to someone else. Start again from your app.',
  });
}

/** Clients may ask for scopes we do not have (RFC 6749 section 3.3); the basic one is always granted. */
function grantableScopes(site: Site, resource: string, asked: readonly string[]): string[] {
  const known = scopesAt(site, resource);
  return [...new Set([baseScope(site, resource), ...asked])].filter(scope => known.includes(scope));
}
