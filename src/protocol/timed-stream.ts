/** The longest wait that a timer takes (it is a signed 32-bit number of milliseconds). */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * A stream that ends at a time, whatever there is still to come; then its source is told that nobody reads any more.
 * @param endsAtMs Unix time in milliseconds.
 */
export function endingAt(source: ReadableStream<Uint8Array>, endsAtMs: number): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const restMs = Math.min(Math.max(endsAtMs - Date.now(), 0), MAX_TIMER_MS);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  return new ReadableStream({
    start(controller) {
      timer = setTimeout(() => {
        isOver = true;
        controller.close();
        // Whoever writes into it may have failed already; that is no longer of interest to anybody.
        reader.cancel().catch(() => {});
      }, restMs);
    },
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        clearTimeout(timer);
        throw error;
      });
      if (isOver) return;
      if (!done) return controller.enqueue(value);
      clearTimeout(timer);
      controller.close();
    },
    cancel(reason) {
      clearTimeout(timer);
      return reader.cancel(reason);
    },
  });
}
