import { AuthorizationError, type AuthRequest } from '@cloudflare/workers-oauth-provider';
import type { KeyRing } from '../../crypto/key-ring.ts';
import type { Deployment } from '../../deployment.ts';
import { type Consent, consentBookOf } from '../../grants/consents.ts';
import { serversBehind } from '../../grants/resources.ts';
import { isGranted, missingScopes, parseServerScope, serverScope } from '../../grants/scopes.ts';
import type { Person } from '../../identity/person.ts';
import type { Role } from '../../principal.ts';
import { formToken, isFormTokenValid } from '../form-token.ts';
import { accessField } from '../pages/access-choice.tsx';
import { type Asked, ConsentPage } from '../pages/consent-page.tsx';
import { destinationOf } from '../pages/destination.ts';
import { renderPage } from '../pages/page.tsx';
import { redirection } from '../redirection.ts';
import type { SignedInPerson } from '../sign-in/sign-in.ts';
import { choiceIn, consentedScopes, grantableScopes } from './asked-scopes.ts';
import { type Authorization, authorize, resourceOf, subjectOf } from './authorization.ts';
import { type Visible, visibleTo } from './visible-servers.ts';

/**
 * Goes on with the request of a person who has signed in: at once where they have allowed all of it before, else by asking
 * them. Apps on the person's own device are always asked about, since any other there could pose as one
 * (RFC 8252 section 8.6).
 */
export async function seekConsent(
  authorization: Authorization,
  person: SignedInPerson,
  asked: AuthRequest,
): Promise<Response> {
  const { env, deployment, oauth } = authorization;
  const visible = await visibleTo(env, deployment, person.tenant);
  const request = withGrantableScopes(deployment, visible, asked, person.roles);
  const consent = await consentBookOf(env, person).findConsent(subjectOf(deployment, request));
  const about = await describe(authorization, visible, request, consent);
  const isRecognizable = destinationOf(about.description) === 'website';
  const isCovered = consent !== null && missingScopes(consent.granted, request.scope).length === 0;
  if (isCovered && isRecognizable && !wantsPage(deployment)) {
    const scopes = answerAgain(deployment, visible, request, consent, person);
    return authorize(authorization, person, request, scopes);
  }
  const { handle, headers } = await oauth.beginConsent(request);
  const body = ConsentPage({
    ...about,
    subject: person.name ?? person.subject,
    handle: `${handle}.${handleToken(deployment.settings.keyRing, handle, person)}`,
  });
  const title = `Connect ${about.description.clientName}`;
  return renderPage({ title, body, formAction: clientSources(request.redirectUri) }, headers);
}

/** What a client asks for, as its person has to see it; before anyone has signed in, whoever that will be. */
export async function previewConsent(authorization: Authorization, asked: AuthRequest): Promise<Asked> {
  const { env, deployment } = authorization;
  const visible = await visibleTo(env, deployment, null);
  return describe(authorization, visible, withGrantableScopes(deployment, visible, asked, null), null);
}

/**
 * Carries out the person's decision and sends the browser back to the client.
 * @throws AuthorizationError when the page was not shown to this person in this browser, or was used already.
 */
export async function decideConsent(
  authorization: Authorization,
  person: SignedInPerson,
  form: FormData,
): Promise<Response> {
  const { env, deployment, oauth } = authorization;
  const { settings, request } = deployment;
  const field = (name: string) => (form.has(name) ? String(form.get(name)) : null);
  const handle = checkedHandle(settings.keyRing, person, field('handle') ?? '');
  if (field('decision') !== 'approve') {
    const { redirectTo, headers } = await oauth.denyConsent(request, handle);
    return redirection(302, redirectTo, headers);
  }
  const { request: approved, headers } = await oauth.approveConsent(request, handle);
  const resource = resourceOf(deployment, approved);
  const { site } = await visibleTo(env, deployment, person.tenant);
  const scopes = consentedScopes(site, resource, approved.scope, server => field(accessField(server)));
  return authorize(authorization, person, approved, scopes, headers);
}

/**
 * What the `form-action` of our pages must allow. Browsers apply it to every redirect that follows a form, the
 * client's own onward ones too, so it cannot be narrower; the pages run no script that could misuse it.
 */
export function clientSources(redirectUri: string): readonly string[] {
  return [...new Set(['https:', 'http:', new URL(redirectUri).protocol])];
}

/** Clients may insist on the page (OpenID Connect Core 1.0 section 3.1.2.1, `prompt`). */
function wantsPage({ request }: Deployment): boolean {
  const prompt = new URL(request.url).searchParams.get('prompt') ?? '';
  return prompt.split(' ').includes('consent');
}

function withGrantableScopes(
  deployment: Deployment,
  { site }: Visible,
  request: AuthRequest,
  roles: readonly Role[] | null,
): AuthRequest {
  const resource = resourceOf(deployment, request);
  return { ...request, scope: grantableScopes(site, resource, request.scope, roles) };
}

/** The same question gets the answer that it got before; who asks for less gets no more than that. */
function answerAgain(
  deployment: Deployment,
  visible: Visible,
  request: AuthRequest,
  { asked, granted }: Consent,
  { roles }: Person,
): readonly string[] {
  if (asked.toSorted().join() !== request.scope.toSorted().join()) return request.scope;
  // What was granted may not be there any more, or not for this person.
  return withGrantableScopes(deployment, visible, { ...request, scope: [...granted] }, roles).scope;
}

async function describe(
  { deployment, oauth }: Authorization,
  { site, servers: all }: Visible,
  request: AuthRequest,
  consent: Consent | null,
): Promise<Asked> {
  const behind = serversBehind(site, resourceOf(deployment, request));
  const servers = all.filter(({ name }) => behind.includes(name));
  return {
    description: await oauth.describeConsent(request),
    servers: servers.map(({ name, title, description }) => {
      const access = choiceIn(request.scope, name);
      const isNew =
        consent !== null && access !== 'none' && !isGranted(consent.granted, serverScope(name, access));
      return { name, title, description, access, isNew };
    }),
    others: request.scope.filter(scope => parseServerScope(scope) === null),
  };
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
