/** Methods that change nothing (RFC 9110 section 9.2.1). */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** The third party has not done what it was asked, for want of a good credential (RFC 9110 section 15.5.2). */
const NOT_DONE = 401;

/** How one request is sent, and who hears of it. */
export interface NotedSending {
  readonly method: string;
  readonly send: () => Promise<Response>;
  /** Called where the third party may have changed something. */
  readonly onActed: () => Promise<void>;
}

/**
 * Sends a request, and has it noted before its answer goes on, or its failure, whether it may have changed something: the
 * tool's call must not be run again then.
 */
export async function sendNoted({ method, send, onActed }: NotedSending): Promise<Response> {
  let status: number | null = null;
  try {
    const response = await send();
    status = response.status;
    return response;
  } finally {
    if (mayHaveActed(method, status)) await onActed();
  }
}

/** @param status null where there was no answer. */
export function mayHaveActed(method: string, status: number | null): boolean {
  return !SAFE_METHODS.includes(method) && status !== NOT_DONE;
}
