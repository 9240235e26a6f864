/** A CSP source without anything that could end the directive and begin another. */
const SOURCE = /^[^\s;,]+$/;

/** What every page says besides its policy. */
const FIXED_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * The headers of a page: those given, cookies and all, and ours. A content security policy that was given
 * stays beside ours, and browsers enforce both.
 * @param nonce of the page's one style element.
 * @param formAction CSP sources that forms may lead to, redirects included, besides the page's own origin.
 * @throws TypeError where a source is not one.
 */
export function pageHeaders(nonce: string, formAction: readonly string[], given?: Headers): Headers {
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(FIXED_HEADERS)) headers.set(name, value);
  headers.append('content-security-policy', contentSecurityPolicy(nonce, formAction));
  return headers;
}

/** Allows one inline style, our own images and our own forms; no script, no frame, no other host. */
function contentSecurityPolicy(nonce: string, formAction: readonly string[]): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    ["form-action 'self'", ...formAction.map(checkedSource)].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function checkedSource(source: string): string {
  if (SOURCE.test(source)) return source;
  throw new TypeError(`Not a CSP source: ${JSON.stringify(source)}`);
}
