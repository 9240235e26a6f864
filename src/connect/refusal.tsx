import { MessagePage } from '../auth/pages/message-page.tsx';
import { renderPage } from '../auth/pages/page.tsx';
import { GatehouseError, reportFault } from '../errors.ts';
import { connectPath } from '../vault/connect-ticket.ts';
import type { Visit } from './visit.tsx';

const UNFORESEEN = 'Something went wrong here. Nothing was connected.';

/** The page that says why an account was not connected, and leads back to where it can be tried again. */
export function refuseConnect(
  error: unknown,
  { connection, server }: Pick<Visit, 'connection' | 'server'>,
): Response | Promise<Response> {
  const isKnown = error instanceof GatehouseError && error.httpStatus !== 500;
  if (!isKnown) reportFault('fault', error);
  const [message, status] = isKnown ? [error.message, error.httpStatus] : [UNFORESEEN, 500];
  const action = { href: connectPath(connection.id, server), label: 'Back to the connection' };
  const body = MessagePage({ heading: 'The account was not connected', message, action });
  return renderPage({ title: 'Not connected', body, status });
}
