import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { GatehouseError, reportFault } from '../errors.ts';
import type { IdentityProvider } from './settings.ts';

/** Codes of `openid-client` that mean that the provider gave no proper answer, rather than a wrong one. */
const NO_ANSWER = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/**
 * What went wrong at a provider, in words for the person, and reported to the log by its kind.
 * @returns GatehouseError `sign_in_refused` for a refusal or an answer that fails a check, else `provider_failed`.
 */
export function providerError({ id, name }: IdentityProvider, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  const code = codeOf(error);
  reportFault('sign_in_failed', error, { provider: id, code });
  if (error instanceof AuthorizationResponseError) {
    const reason = [error.error, error.error_description].filter(Boolean).join(': ');
    return refused(`${name} did not sign you in. It says: ${reason}`);
  }
  if (error instanceof ResponseBodyError) {
    return refused(`${name} did not confirm the sign-in (${error.error}). Start again from your app.`);
  }
  if (error instanceof ClientError && error.code !== undefined && !NO_ANSWER.has(error.code)) {
    return refused(
      `The answer of ${name} failed a check, so you are not signed in. Start again from your app.`,
    );
  }
  return new GatehouseError('provider_failed', `${name} cannot be reached right now. Try again in a while.`);
}

/** A word for the log. What the provider said is left out, except its error code where that is one word. */
export function codeOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return /^\w{1,64}$/.test(error.error) ? error.error : 'unknown';
  }
  return error instanceof ClientError ? (error.code ?? 'none') : 'none';
}

function refused(message: string): GatehouseError {
  return new GatehouseError('sign_in_refused', message);
}
