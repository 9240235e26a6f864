import { GatehouseError, toHttpStatus, toRpcError } from '../../errors.ts';

/**
 * What tool code gets in place of an answer (RFC 9457): `error` is the stable code, `detail` is for people, and further members
 * are what goes with the code, such as `connection` or `reason`. It says nothing that we did not write.
 */
export function problemResponse(error: unknown): Response {
  const status = toHttpStatus(error);
  // Reports what is a fault of ours.
  const { message: detail } = toRpcError(error);
  const code = error instanceof GatehouseError ? error.code : 'internal_error';
  const more = error instanceof GatehouseError ? (error.data as object | undefined) : undefined;
  const headers = { 'content-type': 'application/problem+json' };
  return Response.json({ error: code, status, detail, ...more }, { status, headers });
}
