import { isScopeRefusal } from './bearer-challenge.ts';
import type { EgressProtocol } from './egress-props.ts';
import { isSafeMessage } from './mcp-message.ts';

/** Methods that change nothing (RFC 9110 section 9.2.1). */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** The third party has not done what it was asked, for want of a good credential (RFC 9110 section 15.5.2). */
const UNAUTHORIZED = 401;

/** How one request is sent, and who hears of it. */
export interface NotedSending {
  /** Whether the request, as such, may change something, see {@link mayAct}. */
  readonly mayAct: boolean;
  readonly send: () => Promise<Response>;
  /** Called where the third party may have changed something. */
  readonly onActed: () => Promise<void>;
}

/** What a request asks for, as far as that says whether something may be changed by it. */
export interface AskedFor {
  readonly method: string;
  readonly body: Uint8Array | null;
  readonly protocol: EgressProtocol;
}

/**
 * Whether a request may change something. All of MCP is POST, so its message says so; GET and DELETE are about a session of the
 * gateway's own.
 */
export function mayAct({ method, body, protocol }: AskedFor): boolean {
  if (protocol === 'mcp') return method === 'POST' && !isSafeMessage(body);
  return !SAFE_METHODS.includes(method);
}

/**
 * Sends a request, and has it noted before its answer goes on, or its failure, whether it may have changed something: the
 * tool's call must not be run again then.
 */
export async function sendNoted({ mayAct, send, onActed }: NotedSending): Promise<Response> {
  let response: Response | null = null;
  try {
    response = await send();
    return response;
  } finally {
    if (mayAct && !isRefusal(response)) await onActed();
  }
}

/** Nor has it where the credential is not good for enough (RFC 6750 section 3.1). */
function isRefusal(response: Response | null): boolean {
  return response !== null && (response.status === UNAUTHORIZED || isScopeRefusal(response));
}
