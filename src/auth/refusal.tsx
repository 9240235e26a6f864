import { AuthorizationError, CimdFetchError } from '@cloudflare/workers-oauth-provider';
import { GatehouseError, reportFault } from '../errors.ts';
import { MessagePage } from './pages/message-page.tsx';
import { renderPage } from './pages/page.tsx';
import { redirection } from './redirection.ts';

/** Said of a form without its token, or of another site. */
export const FOREIGN_FORM = 'This form is too old, or came from another site. Start again from your app.';

/** The limits are the OAuth library's, and that there is no redirect is `publicFetch`'s. */
const DOCUMENT_UNREADABLE =
  'The app could not be verified: its metadata document could not be read. It must be valid JSON of at most 5 KiB, and be served within 10 seconds, with status 200 and without a redirect.';

/** A page that says why there is no going on, for people rather than clients. */
export function refusalPage(message: string, status: number): Response | Promise<Response> {
  const body = MessagePage({ heading: 'This request was refused', message });
  return renderPage({ title: 'Refused', body, status });
}

/**
 * The answer to an authorization request that cannot be served: back to the client where that is safe, else a
 * page of ours with `status`.
 */
export function refuseAuthorization(error: unknown, status = 400): Response | Promise<Response> {
  if (error instanceof AuthorizationError && error.redirectTo) {
    return redirection(302, error.redirectTo);
  }
  if (error instanceof AuthorizationError) return refusalPage(error.description, status);
  if (error instanceof CimdFetchError) {
    return refusalPage(DOCUMENT_UNREADABLE, status);
  }
  throw error;
}

/** The answer to a sign-in that failed: always a page of ours, and what we did not foresee says nothing of itself. */
export function refuseSignIn(error: unknown): Response | Promise<Response> {
  if (error instanceof GatehouseError) return refusalPage(error.message, error.httpStatus);
  reportFault('fault', error);
  return refusalPage('Something went wrong here while you signed in. Start again from your app.', 500);
}
