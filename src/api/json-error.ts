import { GatehouseError, toHttpStatus, toRpcError } from '../errors.ts';

/** The answer to a request that failed, as JSON: a stable code and a message for people. */
export function jsonError(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const { message } = toRpcError(error);
  const code = error instanceof GatehouseError ? error.code : 'internal_error';
  return Response.json({ error: code, message }, { status: toHttpStatus(error), headers });
}
