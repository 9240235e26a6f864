import type { ServerContext } from '@modelcontextprotocol/server';

/**
 * Waits `delayMs` milliseconds.
 *
 * Rejects with the signal's reason as soon as the request is cancelled, so that a tool stops where it
 * stands and leaves no timer behind.
 */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
}

/**
 * Tells the caller how far its request has come, if it asked to be told.
 *
 * @param progress what is done of `total`; must grow with every call (spec: basic/utilities/progress)
 */
export async function reportProgress(ctx: ServerContext, progress: number, total: number): Promise<void> {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await ctx.mcpReq.notify({
    method: 'notifications/progress',
    params: { progressToken, progress, total, message: `${progress} of ${total}` },
  });
}
