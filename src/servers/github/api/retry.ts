/** What GitHub asks for where it names no time ("Rate limits for the REST API"). */
const DEFAULT_WAIT_SECONDS = 60;

/**
 * When to try again after a rate limit, in words: what `retry-after` says (seconds), else when the spent budget is
 * renewed (`x-ratelimit-reset`, Unix seconds), else in a minute. `nowMs` is Unix time in milliseconds.
 */
export function retryAdvice(headers: Headers, nowMs: number): string {
  const waitSeconds = retryAfter(headers) ?? untilReset(headers, nowMs) ?? DEFAULT_WAIT_SECONDS;
  const at = new Date(nowMs + waitSeconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `GitHub takes no more requests from this account for now. Try again at ${at} (in ${waitSeconds} s).`;
}

function retryAfter(headers: Headers): number | undefined {
  return seconds(headers.get('retry-after'));
}

function untilReset(headers: Headers, nowMs: number): number | undefined {
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined;
  const reset = seconds(headers.get('x-ratelimit-reset'));
  return reset === undefined ? undefined : Math.max(1, Math.ceil(reset - nowMs / 1000));
}

/** Up to ten digits: what is longer is no time that a date could hold. */
function seconds(text: string | null): number | undefined {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
