import { type RetryLimits, retryDelayMs } from './retry.ts';

/** How a request is sent again. */
export interface RepeatParts {
  readonly retries: RetryLimits;
  /** @returns null where the third party was not reached. */
  send(): Promise<Response | null>;
  /** @throws where the exchange has ended meanwhile. */
  wait(ms: number): Promise<void>;
}

/**
 * Sends a request, again where that may help and cannot hurt.
 * @returns the last answer; null where there was none.
 */
export async function repeated(
  method: string,
  { retries, send, wait }: RepeatParts,
): Promise<Response | null> {
  for (let sent = 1; ; sent += 1) {
    const response = await send();
    const delayMs = retryDelayMs(
      {
        method,
        status: response?.status ?? null,
        retryAfter: response?.headers.get('retry-after') ?? null,
        sent,
        nowMs: Date.now(),
        chance: Math.random(),
      },
      retries,
    );
    if (delayMs === null) return response;
    await response?.body?.cancel();
    await wait(delayMs);
  }
}
