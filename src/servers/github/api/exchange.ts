import { readBounded } from './bounded-body.ts';
import { GitHubError } from './github-error.ts';
import { refusalOf } from './refusal.ts';

/** How long GitHub may take for one answer. It gives up by itself after ten seconds. */
const TIMEOUT_MS = 30_000;

/** The largest answer that is read: far above what the bounded pages of this server come to. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** An answer that means success, read to its end. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Sends a request and reads the answer.
 * @param signal ends it when the caller has gone.
 * @throws GitHubError where GitHub, or the gateway in its place, refuses or fails. What `signal` threw, where it ended this.
 */
export async function exchange(url: URL, init: RequestInit, signal: AbortSignal): Promise<Received> {
  const { response, bytes } = await send(url, init, signal);
  if (!response.ok) throw refusalOf(response, parseJson(bytes), Date.now());
  return { status: response.status, headers: response.headers, bytes };
}

async function send(url: URL, init: RequestInit, signal: AbortSignal) {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, deadline]) });
    return { response, bytes: await readBounded(response, MAX_ANSWER_BYTES) };
  } catch (error) {
    if (signal.aborted || error instanceof GitHubError) throw error;
    const reason = deadline.aborted
      ? `did not answer within ${TIMEOUT_MS / 1000} s`
      : 'could not be reached, or broke off its answer';
    throw new GitHubError(
      'upstream',
      `GitHub ${reason}. Try again later; if it stays so, tell whoever runs this gateway.`,
    );
  }
}

/** What the bytes say as JSON (UTF-8); undefined where they are none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
