import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';

/** What went wrong in an exchange with an authorization server. */
export type OAuthFault =
  /** It sent the person back with an error (RFC 6749 section 4.1.2.1). */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Its token endpoint answered with an error (RFC 6749 section 5.2). */
  | { readonly kind: 'unconfirmed'; readonly error: string }
  /** Its answer is none that may be believed. */
  | { readonly kind: 'failed_check' }
  | { readonly kind: 'no_answer' };

/** Codes of `openid-client` that mean that there was no proper answer, rather than a wrong one. */
const NO_ANSWER = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** What an error of `openid-client`, or one that came up while it was at work, says of the other side. */
export function oauthFault(error: unknown): OAuthFault {
  if (error instanceof AuthorizationResponseError) {
    return { kind: 'refused', reason: [error.error, error.error_description].filter(Boolean).join(': ') };
  }
  if (error instanceof ResponseBodyError) return { kind: 'unconfirmed', error: error.error };
  const isWrong = error instanceof ClientError && error.code !== undefined && !NO_ANSWER.has(error.code);
  return { kind: isWrong ? 'failed_check' : 'no_answer' };
}

/** A word for the log. What the other side said is left out, except its error code where that is one word. */
export function codeOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return /^\w{1,64}$/.test(error.error) ? error.error : 'unknown';
  }
  return error instanceof ClientError ? (error.code ?? 'none') : 'none';
}
