import type { AuthRequest, OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import type { Deployment } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import {
  type ConsentBook,
  type ConsentSubject,
  consentBookOf,
  consentSubject,
} from '../../grants/consents.ts';
import { type GrantMetadata, type GrantProps, newInstallation } from '../../grants/installation.ts';
import { endpointUrl } from '../../grants/resources.ts';
import { isStepUp } from '../../grants/scopes.ts';
import { userIdOf } from '../../grants/user-id.ts';
import type { Person } from '../../identity/person.ts';
import type { Installation } from '../../principal.ts';
import { rightsOf } from '../../principal.ts';
import { redirection } from '../redirection.ts';
import { type SignedInPerson, signInProof } from '../sign-in/sign-in.ts';
import { installationCookie, installationInBrowser } from './installation-cookie.ts';

/** What it takes to authorize a client. */
export interface Authorization {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly oauth: OAuthHelpers;
}

/** The resource that an authorization request is for. */
export function resourceOf({ origin }: Deployment, { resource }: AuthRequest): string {
  return resource ?? endpointUrl(origin, null);
}

/** What a consent to an authorization request is about. */
export function subjectOf(deployment: Deployment, request: AuthRequest): ConsentSubject {
  return consentSubject(request.clientId, request.redirectUri, resourceOf(deployment, request));
}

/**
 * Grants a client what its person allows, remembers that, and sends the browser back to the client with a code.
 * @param granted the scopes that they allow, more or less than `request` asks for.
 * @param headers cookies to set beside our own.
 */
export async function authorize(
  { env, deployment, oauth }: Authorization,
  person: SignedInPerson,
  request: AuthRequest,
  granted: readonly string[],
  headers = new Headers(),
): Promise<Response> {
  const { settings } = deployment;
  const book = consentBookOf(env, person);
  const subject = subjectOf(deployment, request);
  const installation = await installationFor(deployment, book, person, subject, granted);
  const { tenant, subject: name } = person;
  const { redirectTo } = await oauth.completeAuthorization({
    request,
    userId: userIdOf(settings.keyRing, person),
    metadata: { installation: installation.id } satisfies GrantMetadata,
    scope: [...granted],
    props: { tenant, subject: name, ...rightsOf(person), installation } satisfies GrantProps,
    // Another device of the same person, with the same client id, is another grant and keeps its sessions.
    revokeExistingGrants: false,
  });
  await book.rememberConsent(subject, { asked: request.scope, granted }, signInProof(person));
  const cookie = await installationCookie(settings, deployment.request, person, subject, installation);
  headers.append('set-cookie', cookie);
  return redirection(302, redirectTo, headers);
}

/** A client that asks for more than it has stays the installation that it is, and keeps its sessions. */
async function installationFor(
  { settings, request }: Deployment,
  book: ConsentBook,
  person: Person,
  subject: ConsentSubject,
  scope: readonly string[],
): Promise<Installation> {
  const known = await installationInBrowser(settings, request, person, subject);
  const held = known && (await book.installationScopes(known.id));
  return known && held && isStepUp(held, scope) ? known : newInstallation();
}
