import { GatehouseError, toHttpStatus } from '../errors.ts';
import { errorBody, type RequestId } from '../protocol/message.ts';

/** The HTTP answer to a request that was refused before a session heard of it. */
export function errorResponse(
  id: RequestId | null,
  error: unknown,
  given: Readonly<Record<string, string>> = {},
): Response {
  const status = toHttpStatus(error);
  // RFC 9110 section 15.5.6: a 405 says what is allowed.
  const headers =
    error instanceof GatehouseError && error.code === 'method_not_allowed'
      ? { allow: 'POST, GET, DELETE' }
      : given;
  return Response.json(errorBody(id, error), { status, headers });
}
