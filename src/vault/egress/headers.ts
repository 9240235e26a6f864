import { redactText } from '../redaction.ts';
import { safeChallenge } from './bearer-challenge.ts';
import type { EgressProtocol } from './egress-props.ts';

/**
 * What tool code may say to a third party, beside what names a version of its API (`X-GitHub-Api-Version`). Not `Range`: an answer
 * that holds a secret could be asked for in parts too short to find it in.
 */
const REQUEST_HEADERS: readonly string[] = [
  'accept',
  'accept-language',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'last-event-id',
  'prefer',
  'user-agent',
];
const VERSION_HEADER =
  /^(?!(?:cf|client|forwarded|proxy|sec|x-client|x-forwarded|x-original|x-real)-)[a-z][a-z0-9-]*-version$/;

/**
 * What MCP over Streamable HTTP says beside that (2025-03-26 to 2026-07-28); its version is one of those above. Servers are told which trace
 * a request belongs to, third parties that tool code calls are not.
 */
const MCP_REQUEST_HEADER =
  /^(?:mcp-(?:session-id|method|name|param-[a-z0-9!#$%&'*+.^_`|~-]+)|traceparent|tracestate)$/;

/**
 * What a server may not open for itself either: names of what travels, of who sends and where it goes, of other methods than the one that
 * is judged, and of all that could be somebody's credential.
 */
const NEVER_OPENED = [
  /^(?:accept|access-control|alt|cf|client|connection|content|forwarded|gatehouse|proxy|sec|true-client|x-client|x-forwarded|x-gatehouse|x-original|x-real|x-rewrite)\b/,
  /^(?:baggage|date|dnt|expect|host|if-range|keep-alive|origin|range|referer|te|traceparent|tracestate|trailer|transfer-encoding|upgrade|via)$/,
  /method|auth|token|secret|key|credential|session|passw|cookie|signature/,
];
const PLAIN_NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** What tool code may hear from a third party. */
const RESPONSE_HEADERS: readonly string[] = [
  'accept-ranges',
  'age',
  'allow',
  'cache-control',
  'content-disposition',
  'content-language',
  'content-range',
  'content-type',
  'date',
  'deprecation',
  'etag',
  'expires',
  'last-modified',
  'link',
  'location',
  'preference-applied',
  'retry-after',
  'sunset',
  'vary',
  'warning',
  'x-accepted-github-permissions',
  'x-accepted-oauth-scopes',
  'x-github-media-type',
  'x-github-request-id',
  'x-github-sso',
  'x-next-page',
  'x-oauth-scopes',
  'x-page',
  'x-per-page',
  'x-poll-interval',
  'x-request-id',
  'x-total',
  'x-total-count',
  'x-total-pages',
];
/** Of words that are known, because a name may say as much as a value. */
const RATE_LIMIT_HEADER =
  /^(x-)?ratelimit(-(after|bucket|cost|day|hour|limit|minute|month|observed|policy|project|remaining|requests|reset|resource|retry|scope|second|tokens|used))*$/;

/** What a remote MCP server may say beside that. */
const MCP_RESPONSE_HEADERS: readonly string[] = ['mcp-session-id'];

const CHALLENGE = 'www-authenticate';

const USER_AGENT = 'Gatehouse';

/**
 * The headers of a fresh request: what tool code may say, and nothing that says who sends it, where it goes or what it may (Host,
 * Cookie, Authorization, Forwarded, Proxy-*, CF-*). An answer is asked for as it is, so that secrets in it can be found.
 * @param opened what else the server may say, see {@link mayBeOpened}.
 */
export function requestHeaders(
  said: Headers,
  protocol: EgressProtocol = 'http',
  opened: readonly string[] = [],
): Headers {
  const isOfMcp = (name: string) => protocol === 'mcp' && MCP_REQUEST_HEADER.test(name);
  const isOpened = (name: string) => opened.includes(name) && mayBeOpened(name);
  const headers = allowed(said, name => isOpenHeader(name) || isOpened(name) || isOfMcp(name));
  // Some third parties answer only to who says what it is.
  if (!headers.has('user-agent')) headers.set('user-agent', USER_AGENT);
  headers.set('accept-encoding', 'identity');
  return headers;
}

/**
 * The headers that tool code gets, without the secrets. Lengths and encodings are those of another body. Of what a remote MCP server
 * asks for (WWW-Authenticate) only those parameters are left that are known.
 */
export function responseHeaders(
  answered: Headers,
  secrets: readonly string[],
  protocol: EgressProtocol = 'http',
): Headers {
  const isOfMcp = (name: string) => protocol === 'mcp' && MCP_RESPONSE_HEADERS.includes(name);
  const headers = allowed(
    answered,
    name => RESPONSE_HEADERS.includes(name) || RATE_LIMIT_HEADER.test(name) || isOfMcp(name),
  );
  const challenge = protocol === 'mcp' ? safeChallenge(answered.get(CHALLENGE)) : null;
  if (challenge !== null) headers.set(CHALLENGE, challenge);
  for (const [name, value] of [...headers]) headers.set(name, redactText(value, secrets));
  return headers;
}

/** Whether a server may send a header of this name, in lower case, that is said to be part of an API: by an OpenAPI description. */
export function mayBeOpened(name: string): boolean {
  return isOpenHeader(name) || (PLAIN_NAME.test(name) && !NEVER_OPENED.some(names => names.test(name)));
}

/** Whether all tool code may send it. */
function isOpenHeader(name: string): boolean {
  return REQUEST_HEADERS.includes(name) || VERSION_HEADER.test(name);
}

function allowed(from: Headers, isAllowed: (name: string) => boolean): Headers {
  return new Headers([...from].filter(([name]) => isAllowed(name)));
}
