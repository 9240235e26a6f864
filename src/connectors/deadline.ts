/** A signal that aborts when an outer one does or when time is up, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
}

/**
 * Runs work under a deadline. Unlike `AbortSignal.timeout`, it leaves no timer behind: a pending timer would keep
 * an idle Durable Object in memory.
 */
export async function withDeadline<Result>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    abort();
  }, ms);
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted) abort();
  try {
    return await work({ signal: controller.signal, isOver: () => isOver });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  }
}
