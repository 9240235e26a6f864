import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { GatehouseError, reportFault } from '../errors.ts';
import type { Connection } from '../vault/connection.ts';

/** Codes of `openid-client` that mean that there was no proper answer, rather than a wrong one. */
const NO_ANSWER = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

const NOTHING_STORED = 'Nothing was connected.';

/**
 * What went wrong at a third party, in words for the person who connects, and reported to the log by its kind.
 * @returns GatehouseError `connect_refused` for a refusal or an answer that fails a check, else `provider_failed`.
 */
export function thirdPartyError({ id, name }: Connection, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  reportFault('connect_failed', error, { connection: id, code: codeOf(error) });
  if (error instanceof AuthorizationResponseError) {
    const reason = [error.error, error.error_description].filter(Boolean).join(': ');
    return refused(`${name} did not connect your account. It says: ${reason}. ${NOTHING_STORED}`);
  }
  if (error instanceof ResponseBodyError) {
    return refused(`${name} did not confirm the connection (${error.error}). ${NOTHING_STORED}`);
  }
  if (error instanceof ClientError && error.code !== undefined && !NO_ANSWER.has(error.code)) {
    return refused(`The answer of ${name} failed a check. ${NOTHING_STORED}`);
  }
  const message = `${name} cannot be reached right now. ${NOTHING_STORED} Try again in a while.`;
  return new GatehouseError('provider_failed', message);
}

/** A word for the log. What the third party said is left out, except its error code where that is one word. */
function codeOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return /^\w{1,64}$/.test(error.error) ? error.error : 'unknown';
  }
  return error instanceof ClientError ? (error.code ?? 'none') : 'none';
}

function refused(message: string): GatehouseError {
  return new GatehouseError('connect_refused', message);
}
