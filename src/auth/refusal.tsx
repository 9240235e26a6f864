import { AuthorizationError, CimdFetchError } from '@cloudflare/workers-oauth-provider';
import { MessagePage } from './pages/message-page.tsx';
import { renderPage } from './pages/page.tsx';

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
    return new Response(null, {
      status: 302,
      headers: { location: error.redirectTo, 'cache-control': 'no-store' },
    });
  }
  if (error instanceof AuthorizationError) return refusalPage(error.description, status);
  if (error instanceof CimdFetchError) {
    return refusalPage('The app could not be verified: its metadata document could not be read.', status);
  }
  throw error;
}
