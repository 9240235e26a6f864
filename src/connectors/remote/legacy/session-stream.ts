import { GatehouseError } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../protocol/message.ts';
import { isEventStream, MAX_EVENT_BYTES, messagesOf } from '../../answer-messages.ts';
import type { SessionHttp } from './session-http.ts';

/** How long to wait before a stream is opened again, where the server does not say. */
const REOPEN_AFTER_MS = 1000;
const MIN_REOPEN_AFTER_MS = 500;
const MAX_REOPEN_AFTER_MS = 30_000;

/** How often, and after how long, a stream is asked for that is said to be taken. */
const MAX_TAKEN = 10;
const TAKEN_PAUSE_MS = 200;

/** Who is told of a stream. */
export interface StreamHooks {
  /** It has been opened, or there is none. */
  onOpen(): void;
  onMessage(message: JsonObject): void;
}

/**
 * Reads the stream of a session itself, again whenever it ends, until the signal aborts. A server that has none tells of nothing.
 * @throws where it breaks, or cannot be opened.
 */
export async function readSessionStream(
  http: SessionHttp,
  signal: AbortSignal,
  { onOpen, onMessage }: StreamHooks,
): Promise<void> {
  let lastEventId: string | null = null;
  let waitMs = REOPEN_AFTER_MS;
  while (!signal.aborted) {
    const response = await openedStream(http, lastEventId, signal);
    onOpen();
    if (response === null) return until(signal);
    const onRetry = (ms: number) => {
      waitMs = Math.max(MIN_REOPEN_AFTER_MS, Math.min(ms, MAX_REOPEN_AFTER_MS));
    };
    const limits = { maxBytes: MAX_EVENT_BYTES, isEndless: true, signal, onRetry };
    for await (const { message, eventId } of messagesOf(response, limits)) {
      lastEventId = eventId ?? lastEventId;
      if (message) onMessage(message);
    }
    await pause(waitMs, signal);
  }
}

/** @returns null where the server has no such stream (405). */
async function openedStream(
  http: SessionHttp,
  lastEventId: string | null,
  signal: AbortSignal,
): Promise<Response | null> {
  for (let tries = 0; ; tries++) {
    const response = await http.open(lastEventId, signal).catch(withoutStream);
    if (response === null || isEventStream(response)) return response;
    await response.body?.cancel();
    if (response.status === 405) return null;
    // It has not noticed yet that the one before was let go.
    if (response.status !== 409 || tries === MAX_TAKEN) throw notOpened(response.status);
    await pause(TAKEN_PAUSE_MS, signal);
  }
}

function withoutStream(error: unknown): null {
  if (error instanceof GatehouseError && isObject(error.data) && error.data.status === 405) return null;
  throw error;
}

function notOpened(status: number): GatehouseError {
  return new GatehouseError('upstream_failed', `The stream of the session was answered with HTTP ${status}.`);
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, until(signal)]);
  clearTimeout(timer);
}
