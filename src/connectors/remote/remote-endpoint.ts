import { type ErrorCode, GatehouseError } from '../../errors.ts';
import { isObject, type Outcome } from '../../protocol/message.ts';
import { ERROR_HEADER } from '../../vault/egress/problem.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/** The most that is read of an answer which is no success. In bytes. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** A remote server's HTTP endpoint, through the egress. */
export interface RemoteEndpoint {
  /** Our name of the server. */
  readonly server: string;
  readonly url: string;
  /**
   * Sends a request. The answer is a success, or holds a JSON-RPC error.
   * @throws GatehouseError of the egress; `upstream_failed` with the HTTP status for any other answer.
   */
  send(init: RequestInit): Promise<Response>;
}

/** The endpoint at an address, reached by the egress of one caller. */
export function remoteEndpoint(server: string, url: string, egress: () => Fetcher): RemoteEndpoint {
  return {
    server,
    url,
    async send(init) {
      const response = await egress().fetch(url, init);
      if (response.headers.has(ERROR_HEADER)) throw await egressError(server, response);
      if (response.ok) return response;
      const text = await textOf(response);
      if (isRpcError(text)) return new Response(text, response);
      throw httpRefusal(server, response.status);
    },
  };
}

/** The HTTP status with which a server refused a request, without a word of JSON-RPC; null for any other outcome. */
export function refusedWith(outcome: Outcome): number | null {
  if (outcome.kind === 'result' || outcome.own === undefined || !isObject(outcome.error.data)) return null;
  const { status } = outcome.error.data;
  return typeof status === 'number' ? status : null;
}

/** Errors of the egress by which nothing has reached the server, or nothing that it has acted on. */
const NOT_SENT: readonly ErrorCode[] = [
  'connection_missing',
  'connection_dead',
  'connection_insufficient',
  'credential_unavailable',
  'egress_refused',
  'egress_request_too_large',
];

/** The error that the egress answered with, see `problemResponse`. It says nothing that we did not write. */
async function egressError(server: string, response: Response): Promise<GatehouseError> {
  const code = response.headers.get(ERROR_HEADER) as ErrorCode;
  const problem: unknown = await response.json().catch(() => null);
  const detail = isObject(problem) ? String(problem.detail) : 'The request could not be sent.';
  return upstreamFailure(
    code,
    `The server "${server}": ${detail}`,
    NOT_SENT.includes(code) ? 'not-sent' : undefined,
  );
}

function httpRefusal(server: string, status: number): GatehouseError {
  const reason = REASONS[status] ?? (status < 500 ? 'refuses the request' : 'fails');
  const words = `The server "${server}" ${reason} (HTTP ${status}).`;
  // What is refused before it is looked at is not carried out.
  const { message, data } = upstreamFailure('upstream_failed', words, status < 500 ? 'not-sent' : 'unknown');
  return new GatehouseError('upstream_failed', message, { ...(data as object), status });
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'wants an authorization that the gateway does not have',
  403: 'refuses what the gateway is authorized for',
  404: 'has nothing at its address',
  429: 'is asked too often',
};

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_REFUSAL_BYTES) return '';
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function isRpcError(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) && isObject(message.error) && Number.isInteger(message.error.code);
  } catch {
    return false;
  }
}
