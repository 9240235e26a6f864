import { countedStream } from '../edge/open-streams.ts';
import type { RequestTrace } from '../edge/request-trace.ts';
import type { Env, Settings } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { classify, type Inbound } from '../protocol/inbound.ts';
import { readJsonBody } from '../protocol/json-body.ts';
import { checkStandardHeaders } from '../protocol/mcp-headers.ts';
import { echoableId } from '../protocol/message.ts';
import { paramHeadersOf } from '../protocol/param-headers.ts';
import { isLegacyRevision, LEGACY_REVISIONS, MODERN_REVISION } from '../protocol/revision.ts';
import { endingAt } from '../protocol/timed-stream.ts';
import { HOP_HEADER, type HopNetwork, sealHop } from '../session-key/hop-assertion.ts';
import { deriveSessionKey, type SessionHandle } from '../session-key/internal-bearer.ts';
import { objectsOf } from '../session-key/jurisdiction.ts';
import { mintSessionId, verifySessionId } from '../session-key/session-id.ts';
import type { Hold } from '../telemetry/meter.ts';
import { traceparentOf } from '../telemetry/trace-context.ts';
import { errorResponse } from './error-response.ts';

/** Where a request came in, and whose it is. */
export interface Endpoint {
  readonly env: Env;
  readonly settings: Settings;
  /** The one server of the endpoint, or null for all. */
  readonly server: string | null;
  readonly principal: Principal;
  /** When streams end that wait for whatever may come, Unix time in milliseconds; else they last as their grant does. */
  readonly endsAtMs: number | undefined;
  readonly trace: RequestTrace;
  readonly hold: Hold;
}

const SESSION_HEADER = 'mcp-session-id';
const VERSION_HEADER = 'mcp-protocol-version';

/**
 * Serves one HTTP request to an MCP endpoint: decides its era once, checks what can be checked without state,
 * and hands it to the Durable Object it belongs to.
 */
export async function exchange(endpoint: Endpoint, request: Request): Promise<Response> {
  switch (request.method) {
    case 'POST':
      return post(endpoint, request);
    case 'GET':
    case 'DELETE':
      return sessionOperation(endpoint, request);
    default:
      throw new GatehouseError('method_not_allowed', 'Use POST, GET or DELETE.');
  }
}

async function post(endpoint: Endpoint, request: Request): Promise<Response> {
  checkMediaTypes(request);
  const { MAX_BODY_BYTES, MAX_JSON_DEPTH } = endpoint.settings;
  const { text, value } = await readJsonBody(request, { maxBytes: MAX_BODY_BYTES, maxDepth: MAX_JSON_DEPTH });
  try {
    endpoint.trace.follow(value);
    const inbound = classify(request, value);
    if (!('era' in inbound)) {
      const { error, httpStatus } = inbound;
      return Response.json({ jsonrpc: '2.0', id: echoableId(value), error }, { status: httpStatus });
    }
    return inbound.era === 'modern'
      ? await modern(endpoint, request, inbound, text)
      : await legacy(endpoint, request, inbound, text);
  } catch (error) {
    return errorResponse(echoableId(value), error);
  }
}

/** 2026-07-28: every request stands alone and goes to the home of its grant. */
async function modern(
  endpoint: Endpoint,
  request: Request,
  { kind, message }: Inbound & { era: 'modern' },
  body: string,
): Promise<Response> {
  checkStandardHeaders(request.headers, message.method, message.params);
  if (kind === 'notification') return new Response(null, { status: 202 });
  const handle = { kind: 'home', kid: endpoint.settings.keyRing.current } as const;
  const response = await forward(endpoint, handle, request, body);
  return message.method === 'subscriptions/listen' ? lasting(endpoint, response) : response;
}

/** 2025 revisions: `initialize` opens a session, everything else belongs to one. */
async function legacy(
  endpoint: Endpoint,
  request: Request,
  { kind }: Inbound & { era: 'legacy' },
  body: string,
): Promise<Response> {
  if (kind !== 'initialize') return forward(endpoint, sessionHandle(endpoint, request), request, body);
  if (request.headers.has(SESSION_HEADER)) {
    throw new GatehouseError(
      'session_id_chosen',
      'Send "initialize" without Mcp-Session-Id; the gateway makes the session id.',
    );
  }
  const { value: id, kid } = mintSessionId(endpoint.settings.keyRing, endpoint.principal);
  return forward(endpoint, { kind: 'session', id, kid }, request, body);
}

/** GET and DELETE exist only where there is a session. */
async function sessionOperation(endpoint: Endpoint, request: Request): Promise<Response> {
  if (request.headers.get(VERSION_HEADER) === MODERN_REVISION) {
    throw new GatehouseError('method_not_allowed', `Revision ${MODERN_REVISION} uses POST only.`);
  }
  if (request.method === 'GET' && !accepts(request, 'text/event-stream')) {
    throw new GatehouseError('accept_unsupported', 'GET answers text/event-stream; accept it.');
  }
  const response = await forward(endpoint, sessionHandle(endpoint, request), request, undefined);
  return lasting(endpoint, response);
}

/** A stream that waits for whatever may come lasts no longer than the right to read it. */
function lasting({ env, principal, hold, endsAtMs }: Endpoint, answer: Response): Response {
  const response = countedStream(env, principal.tenant, hold, answer);
  if (endsAtMs === undefined || response.body === null) return response;
  return new Response(endingAt(response.body, endsAtMs), response);
}

/** The session a request names, once its id is known to be this principal's own. */
function sessionHandle({ settings, principal }: Endpoint, request: Request): SessionHandle {
  const version = request.headers.get(VERSION_HEADER);
  if (version !== null && !isLegacyRevision(version)) {
    throw new GatehouseError(
      'version_unsupported',
      `Unsupported MCP-Protocol-Version "${version}" in a session. Supported: ${LEGACY_REVISIONS.join(', ')}.`,
    );
  }
  const id = request.headers.get(SESSION_HEADER);
  if (id === null) {
    throw new GatehouseError(
      'session_missing',
      'The header Mcp-Session-Id is missing. Send "initialize" to begin a session.',
    );
  }
  const { value, kid } = verifySessionId(settings.keyRing, principal, id);
  return { kind: 'session', id: value, kid };
}

/** Hands a request to its Durable Object, with headers made anew from an allow-list. */
async function forward(
  endpoint: Endpoint,
  handle: SessionHandle,
  request: Request,
  body: string | undefined,
): Promise<Response> {
  const { env, settings, principal, server } = endpoint;
  const { bearer, objectName } = deriveSessionKey(settings.keyRing, principal, handle);
  const network = networkOf(request, endpoint.trace);
  const hop = await sealHop(settings.keyRing, { principal, handle, bearer, objectName, server, network });
  const lastEventId = request.headers.get('last-event-id');
  return objectsOf(env, env.MCP_SESSION, principal.tenant)
    .getByName(objectName)
    .fetch('https://mcp-session.invalid/', {
      method: request.method,
      headers: {
        ...paramHeadersOf(request.headers),
        ...(lastEventId !== null && { 'last-event-id': lastEventId }),
        [HOP_HEADER]: hop,
      },
      ...(body !== undefined && { body }),
      signal: request.signal,
    });
}

function networkOf({ cf }: Request, { context }: RequestTrace): HopNetwork {
  const { country } = (cf ?? {}) as { readonly country?: unknown };
  return {
    country: typeof country === 'string' ? country : null,
    traceparent: traceparentOf(context),
    ...(context.state !== '' && { tracestate: context.state }),
  };
}

function checkMediaTypes(request: Request): void {
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new GatehouseError('media_type_unsupported', 'The Content-Type must be application/json.');
  }
  if (!accepts(request, 'application/json') && !accepts(request, 'text/event-stream')) {
    throw new GatehouseError('accept_unsupported', 'Accept application/json and text/event-stream.');
  }
}

function accepts(request: Request, type: string): boolean {
  const accept = request.headers.get('accept');
  if (accept === null) return true;
  const [family] = type.split('/');
  return accept.split(',').some(entry => {
    const range = entry.split(';', 1)[0]?.trim().toLowerCase();
    return range === type || range === `${family}/*` || range === '*/*';
  });
}
