import { faultCode, faultText, type TokenFault } from '../../identity/token-fault.ts';

/** Headers of every answer of the token endpoint (RFC 6749 section 5.1). */
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };

/** What differs between error codes in the answer of the token endpoint; all others are a plain 400. */
const ANSWERS: Readonly<
  Record<string, { readonly status: number; readonly headers: Record<string, string> }>
> = {
  // RFC 6749 section 5.2, RFC 9110 section 15.5.2: a 401 says how to authenticate.
  invalid_client: { status: 401, headers: { 'www-authenticate': 'Basic realm="OAuth"' } },
  temporarily_unavailable: { status: 503, headers: { 'retry-after': '5' } },
};

/**
 * An error of the token endpoint (RFC 6749 section 5.2; `invalid_target` RFC 8707).
 * @param description plain ASCII without double quotes; it holds nothing that was sent.
 */
export function tokenError(code: string, description: string): Response {
  const { status, headers } = ANSWERS[code] ?? { status: 400, headers: {} };
  const body = JSON.stringify({ error: code, error_description: description });
  return new Response(body, { status, headers: { ...HEADERS, ...headers } });
}

/**
 * The error for a signed token that is no good.
 * @param refused the code for what is the token's own fault.
 */
export function faultyToken(noun: string, fault: TokenFault, refused: string): Response {
  return tokenError(faultCode(fault, refused), faultText(noun, fault));
}

/** The answer that brings a token. */
export function tokenAnswer(body: string): Response {
  return new Response(body, { headers: HEADERS });
}
