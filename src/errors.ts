import { log } from './log.ts';

/** JSON-RPC codes of MCP, revisions 2025-03-26 to 2026-07-28. */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** The range JSON-RPC leaves to servers; what the official SDKs use for transport errors. */
  transport: -32000,
  /** 2025 revisions only: the resource does not exist. */
  resourceNotFound: -32002,
  /** 2025-11-25 only: the user must open a link first. */
  urlElicitationRequired: -32042,
  headerMismatch: -32020,
  missingClientCapability: -32021,
  unsupportedProtocolVersion: -32022,
} as const;

/** Each error's stable code, with the HTTP status and the JSON-RPC code it becomes on the wire. */
const ERRORS = {
  accept_unsupported: { status: 406, rpc: RPC.transport },
  answer_empty: { status: 200, rpc: RPC.internalError },
  answer_invalid: { status: 200, rpc: RPC.internalError },
  artifact_missing: { status: 500, rpc: RPC.internalError },
  approval_decided: { status: 409, rpc: RPC.transport },
  approval_forbidden: { status: 403, rpc: RPC.transport },
  approval_refused: { status: 200, rpc: RPC.invalidRequest },
  approval_required: { status: 200, rpc: RPC.invalidRequest },
  approval_unknown: { status: 404, rpc: RPC.transport },
  assertion_refused: { status: 403, rpc: RPC.transport },
  audit_unavailable: { status: 503, rpc: RPC.internalError },
  batch_unsupported: { status: 400, rpc: RPC.invalidRequest },
  body_invalid: { status: 400, rpc: RPC.transport },
  body_not_json: { status: 400, rpc: RPC.parseError },
  body_not_utf8: { status: 400, rpc: RPC.parseError },
  body_too_deep: { status: 400, rpc: RPC.invalidRequest },
  body_too_large: { status: 413, rpc: RPC.transport },
  call_timeout: { status: 200, rpc: RPC.internalError },
  catalog_full: { status: 413, rpc: RPC.transport },
  circuit_open: { status: 200, rpc: RPC.internalError },
  client_unknown: { status: 404, rpc: RPC.transport },
  content_refused: { status: 200, rpc: RPC.invalidRequest },
  connect_refused: { status: 403, rpc: RPC.transport },
  connection_dead: { status: 424, rpc: RPC.internalError },
  connection_insufficient: { status: 424, rpc: RPC.internalError },
  connection_missing: { status: 424, rpc: RPC.internalError },
  connection_unknown: { status: 404, rpc: RPC.transport },
  credential_unavailable: { status: 502, rpc: RPC.internalError },
  cursor_invalid: { status: 200, rpc: RPC.invalidParams },
  definition_unapproved: { status: 200, rpc: RPC.invalidParams },
  definition_unknown: { status: 404, rpc: RPC.transport },
  egress_failed: { status: 502, rpc: RPC.internalError },
  egress_refused: { status: 403, rpc: RPC.internalError },
  egress_request_too_large: { status: 413, rpc: RPC.internalError },
  egress_response_too_large: { status: 502, rpc: RPC.internalError },
  egress_timeout: { status: 504, rpc: RPC.internalError },
  event_unknown: { status: 400, rpc: RPC.transport },
  export_too_large: { status: 413, rpc: RPC.transport },
  header_invalid: { status: 400, rpc: RPC.transport },
  header_mismatch: { status: 400, rpc: RPC.headerMismatch },
  host_not_public: { status: 400, rpc: RPC.invalidParams },
  host_refused: { status: 403, rpc: RPC.transport },
  idempotency_conflict: { status: 409, rpc: RPC.transport },
  idempotency_mismatch: { status: 422, rpc: RPC.transport },
  idempotency_unknown: { status: 409, rpc: RPC.transport },
  internal_error: { status: 500, rpc: RPC.internalError },
  key_ring_unreadable: { status: 500, rpc: RPC.internalError },
  key_unknown: { status: 500, rpc: RPC.internalError },
  limit_reached: { status: 200, rpc: RPC.invalidRequest },
  media_type_unsupported: { status: 415, rpc: RPC.transport },
  method_not_allowed: { status: 405, rpc: RPC.transport },
  method_not_found: { status: 404, rpc: RPC.methodNotFound },
  name_unknown: { status: 200, rpc: RPC.invalidParams },
  origin_refused: { status: 403, rpc: RPC.transport },
  outcome_unknown: { status: 200, rpc: RPC.internalError },
  own_suspension: { status: 409, rpc: RPC.transport },
  params_invalid: { status: 200, rpc: RPC.invalidParams },
  policy_denied: { status: 200, rpc: RPC.invalidRequest },
  policy_invalid: { status: 400, rpc: RPC.invalidParams },
  policy_unavailable: { status: 503, rpc: RPC.internalError },
  precondition_failed: { status: 412, rpc: RPC.transport },
  provider_failed: { status: 502, rpc: RPC.internalError },
  query_invalid: { status: 400, rpc: RPC.transport },
  quota_unavailable: { status: 503, rpc: RPC.internalError },
  quota_exceeded: { status: 429, rpc: RPC.invalidRequest },
  request_id_in_use: { status: 400, rpc: RPC.invalidRequest },
  request_state_invalid: { status: 200, rpc: RPC.invalidParams },
  resource_not_found: { status: 200, rpc: RPC.invalidParams },
  result_invalid: { status: 200, rpc: RPC.internalError },
  result_too_large: { status: 200, rpc: RPC.internalError },
  role_missing: { status: 403, rpc: RPC.transport },
  route_unknown: { status: 404, rpc: RPC.transport },
  scope_insufficient: { status: 403, rpc: RPC.invalidRequest },
  sealed_unreadable: { status: 500, rpc: RPC.internalError },
  server_invalid: { status: 400, rpc: RPC.invalidParams },
  server_unknown: { status: 404, rpc: RPC.transport },
  session_id_chosen: { status: 400, rpc: RPC.invalidRequest },
  session_missing: { status: 400, rpc: RPC.transport },
  session_unknown: { status: 404, rpc: RPC.transport },
  setting_invalid: { status: 500, rpc: RPC.internalError },
  sign_in_refused: { status: 403, rpc: RPC.transport },
  stream_taken: { status: 409, rpc: RPC.transport },
  upstream_failed: { status: 200, rpc: RPC.internalError },
  upstream_session_lost: { status: 200, rpc: RPC.internalError },
  user_unknown: { status: 404, rpc: RPC.transport },
  version_conflict: { status: 409, rpc: RPC.transport },
  version_unknown: { status: 404, rpc: RPC.transport },
  version_unsupported: { status: 400, rpc: RPC.transport },
} as const;

/** The HTTP status of each code that is a refusal before anything is done, for the reference page. */
export function errorStatuses(): Readonly<Record<string, number>> {
  const entries = Object.entries(ERRORS).map(([code, { status }]) => [code, status] as const);
  return Object.fromEntries(entries.filter(([, status]) => status >= 400));
}

/** The stable name of an error: for tests, logs and callers; the message is for people. */
export type ErrorCode = keyof typeof ERRORS;

/**
 * The one error type of the gateway. The message says what is wrong and what would be right, and is safe to
 * send to the caller: it never holds a secret or another user's data.
 */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError';
  readonly code: ErrorCode;
  readonly data: unknown;

  constructor(code: ErrorCode, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** The HTTP status for an error that is answered before a call was dispatched. */
  get httpStatus(): number {
    return ERRORS[this.code].status;
  }
}

/** Whether a text is the code of one of the gateway's own errors. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(ERRORS, text);
}

/** An error that comes from another object, of the class that it was thrown as; what is none of ours is as it came. */
export function restoredError(error: unknown): unknown {
  if (error instanceof GatehouseError || !(error instanceof Error) || error.name !== 'GatehouseError')
    return error;
  const { code, data } = error as Partial<GatehouseError>;
  return isErrorCode(code) ? new GatehouseError(code, error.message, data) : error;
}

/** The `error` member of a JSON-RPC error response. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/**
 * Turns anything thrown into a JSON-RPC error. Faults are reported here, where every one of them passes. The text
 * of what is not a {@link GatehouseError} stays inside, because it may hold anything.
 */
export function toRpcError(error: unknown): RpcError {
  if (!(error instanceof GatehouseError)) {
    reportFault('fault', error);
    return { code: RPC.internalError, message: 'Internal error.', data: { code: 'internal_error' } };
  }
  if (error.httpStatus >= 500) reportFault(error.code, error);
  const data = error.data === undefined ? { code: error.code } : error.data;
  return { code: ERRORS[error.code].rpc, message: error.message, data };
}

/**
 * Writes a fault to the platform's log, as one line of JSON: its kind and where it came from. Messages that we did
 * not write may hold arguments or secrets, so only the frames of the stack are kept.
 */
export function reportFault(
  event: string,
  error: unknown,
  context: Readonly<Record<string, string>> = {},
): void {
  const name = error instanceof Error ? error.name : typeof error;
  // The stack begins with the message, and a line of that may look like a frame.
  const stack = error instanceof Error ? (error.stack ?? '').replace(error.message, '') : '';
  const frames = stack.split('\n').filter(line => line.startsWith('    at '));
  log('error', event, { ...context, name, frames });
}

/** The HTTP status that goes with {@link toRpcError}. */
export function toHttpStatus(error: unknown): number {
  return error instanceof GatehouseError ? error.httpStatus : 500;
}
