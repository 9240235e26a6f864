import type { JSONRPCResponse, RequestId } from '@modelcontextprotocol/server';
import { type ErrorCode, GatehouseError, type RpcError, toHttpStatus, toRpcError } from '../errors.ts';

export type {
  JSONRPCErrorResponse,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  JSONRPCResultResponse,
  RequestId,
} from '@modelcontextprotocol/server';

/** A JSON object of unknown content, as everything on the wire is until a codec has looked at it. */
export type JsonObject = Record<string, unknown>;

/** How a call ended, without the id of any hop. */
export type Outcome =
  | { readonly kind: 'result'; readonly result: JsonObject }
  | {
      readonly kind: 'error';
      readonly error: RpcError;
      readonly httpStatus: number;
      /** Which error of the gateway's own it is; absent where a server answered with it. */
      readonly own?: ErrorCode;
    };

/** What an inner call may send while it runs. */
export interface InnerNotification {
  readonly method: string;
  readonly params?: JsonObject;
}

/** A JSON-RPC response from an outcome. */
export function toResponse(id: RequestId, outcome: Outcome): JSONRPCResponse {
  return outcome.kind === 'result'
    ? { jsonrpc: '2.0', id, result: outcome.result }
    : { jsonrpc: '2.0', id, error: { ...outcome.error } };
}

/** An outcome from anything thrown. */
export function failure(error: unknown): Outcome & { kind: 'error' } {
  const own = error instanceof GatehouseError ? error.code : 'internal_error';
  return { kind: 'error', error: toRpcError(error), httpStatus: toHttpStatus(error), own };
}

/** A JSON-RPC error response, with a null id where the request's is not known (JSON-RPC 2.0 section 5). */
export function errorBody(id: RequestId | null | undefined, error: unknown): JsonObject {
  return { jsonrpc: '2.0', id: id ?? null, error: toRpcError(error) };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The `id` of a message that may be malformed, where it can be echoed. */
export function echoableId(message: unknown): RequestId | null {
  const id = isObject(message) ? message.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
