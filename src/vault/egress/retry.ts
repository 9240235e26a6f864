/** The methods that may be sent twice (RFC 9110 section 9.2.2). */
const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/** Answers that mean: not now. */
const TRANSIENT: readonly number[] = [429, 502, 503, 504];

const FIRST_WAIT_MS = 200;

/** How a request went that may be worth another. */
export interface Attempt {
  readonly method: string;
  /** null where there was no answer. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  /** How many were sent so far. */
  readonly sent: number;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly chance: number;
}

/** The bounds of repetition; settings EGRESS_MAX_RETRIES and EGRESS_MAX_RETRY_WAIT_MS. */
export interface RetryLimits {
  readonly maxRetries: number;
  readonly maxWaitMs: number;
}

/**
 * How long to wait before the same request is sent again: what the third party asks for (Retry-After, RFC 9110
 * section 10.2.3), or twice as long each time, less up to half of it by chance.
 * @returns null where it is not to be sent again.
 */
export function retryDelayMs(attempt: Attempt, { maxRetries, maxWaitMs }: RetryLimits): number | null {
  if (!IDEMPOTENT.includes(attempt.method) || attempt.sent > maxRetries) return null;
  if (attempt.status !== null && !TRANSIENT.includes(attempt.status)) return null;
  const asked = askedMs(attempt.retryAfter, attempt.nowMs);
  if (asked !== null) return asked <= maxWaitMs ? asked : null;
  const backOff = FIRST_WAIT_MS * 2 ** (attempt.sent - 1);
  return Math.min(maxWaitMs, backOff * (1 - attempt.chance / 2));
}

/** Seconds, or a date (RFC 9110 section 5.6.7). Anything else is no wish. */
function askedMs(retryAfter: string | null, nowMs: number): number | null {
  if (retryAfter === null) return null;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  if (!/^[A-Z][a-z]{2},.*GMT$/.test(retryAfter)) return null;
  const untilMs = Date.parse(retryAfter);
  return Number.isNaN(untilMs) ? null : Math.max(0, untilMs - nowMs);
}
