import type { Deployment } from '../deployment.ts';
import { isDevelopment, isLoopback } from '../env.ts';
import { GatehouseError } from '../errors.ts';

/** Headers that browser clients of both eras send, and those they need to read. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'Mcp-Session-Id',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Last-Event-ID',
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
];
const PARAM_HEADER = /^mcp-param-[!#$%&'*+\-.^_`|~0-9a-z]+$/i;
const EXPOSED_HEADERS = [
  'Mcp-Session-Id',
  'MCP-Protocol-Version',
  'WWW-Authenticate',
  'Retry-After',
  'ETag',
  'Link',
];

/**
 * Refuses requests that a page of a foreign origin makes (MCP, Streamable HTTP, "Security Warning"). What
 * sends no Origin is no browser.
 * @throws GatehouseError `origin_refused`.
 */
export function checkOrigin({ origin, settings }: Deployment, sender: string | null): void {
  if (sender === null || isAllowedOrigin({ origin, settings }, sender)) return;
  throw new GatehouseError(
    'origin_refused',
    `The origin "${sender}" may not call this gateway; the setting ALLOWED_ORIGINS lists those that may.`,
  );
}

/** Whether pages of an origin may call the gateway. */
export function isAllowedOrigin(
  { origin, settings }: Pick<Deployment, 'origin' | 'settings'>,
  sender: string,
): boolean {
  if (sender === origin) return true;
  if (!URL.canParse(sender)) return false;
  const { hostname, protocol } = new URL(sender);
  const allowed = settings.ALLOWED_ORIGINS.split(',').map(listed => listed.trim());
  if (allowed.includes(sender)) return true;
  return isDevelopment(settings) && isLoopback(hostname) && protocol.startsWith('http');
}

/** CORS for browser clients (Fetch standard): the headers of an answer to one request. */
export function crossOriginHeaders(deployment: Deployment, request: Request): Record<string, string> {
  const sender = request.headers.get('origin');
  if (sender === null || !isAllowedOrigin(deployment, sender)) return {};
  return {
    'access-control-allow-origin': sender,
    'access-control-expose-headers': EXPOSED_HEADERS.join(', '),
    vary: 'Origin',
  };
}

/** The answer to a preflight request. */
export function preflight(deployment: Deployment, request: Request): Response {
  const asked = request.headers.get('access-control-request-headers');
  return new Response(null, {
    status: 204,
    headers: {
      ...crossOriginHeaders(deployment, request),
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-allow-headers': allowedHeaders(asked),
      'access-control-max-age': '600',
    },
  });
}

/** `Mcp-Param-*` names are the servers' own, so every one that the browser names is allowed. */
function allowedHeaders(asked: string | null): string {
  const named = (asked ?? '').split(',').map(name => name.trim());
  return [...REQUEST_HEADERS, ...named.filter(name => PARAM_HEADER.test(name))].join(', ');
}
