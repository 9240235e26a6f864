import { GatehouseError, toHttpStatus, toRpcError } from '../../errors.ts';

/** Holds an error's code. Nothing that a third party answers has this header, so tool code can rely on it. */
export const ERROR_HEADER = 'gatehouse-error';

/**
 * What tool code gets in place of an answer (RFC 9457): `error` is the stable code, `detail` is for people, and further members
 * are what goes with the code, such as `connection` or `reason`. It says nothing that we did not write.
 */
export function problemResponse(error: unknown): Response {
  const status = toHttpStatus(error);
  const isOurs = error instanceof GatehouseError;
  const code = isOurs ? error.code : 'internal_error';
  // What a third party or tool code did wrong is no fault of ours; all else is reported by this.
  const { message: detail } = isOurs && code.startsWith('egress_') ? error : toRpcError(error);
  const more = isOurs ? (error.data as object | undefined) : undefined;
  const headers = { 'content-type': 'application/problem+json', [ERROR_HEADER]: code };
  return Response.json(
    { ...more, title: TITLES[status] ?? 'Failed', status, detail, error: code },
    { status, headers },
  );
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Refused by the gateway',
  413: 'Too large',
  424: 'Not connected',
  500: 'Failed in the gateway',
  502: 'Failed',
  504: 'Too slow',
};
