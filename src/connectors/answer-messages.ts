import { depthOf } from '../protocol/json-body.ts';
import { isObject, type JsonObject, type RequestId } from '../protocol/message.ts';
import { isTooLong, readStream } from '../protocol/sse.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** Much deeper than anything that is handed on may be: what is too deep for that is for whoever checks it, item by item. */
const MAX_DEPTH = 512;

/** The most of a stream that may be open for as long as somebody listens, per event, in bytes. */
export const MAX_EVENT_BYTES = 1024 * 1024;

/** The bounds within which an answer is read. */
export interface AnswerLimits {
  /** The most of all of it, in bytes; of each event, where it is endless. */
  readonly maxBytes: number;
  /** It is a stream for as long as somebody listens. */
  readonly isEndless?: boolean;
  /** The request that it must be the answer to. */
  readonly id?: RequestId;
  /** Nobody reads it any more. */
  readonly signal?: AbortSignal;
  /** Told how long to wait before a stream is opened again, in milliseconds, where it says so. */
  onRetry?(ms: number): void;
}

/** A message of an answer, with the event that it came in. */
export interface Heard {
  /** Null for an event without one, and for what is none. */
  readonly message: JsonObject | null;
  /** Null where the server numbers none; of several messages in one event, the last has it. */
  readonly eventId: string | null;
}

/**
 * Reads what a server answers, JSON or stream, as it comes: the one place where words of servers are parsed.
 * @throws GatehouseError `result_too_large`, `answer_invalid`; `SyntaxError`; what breaks the stream.
 */
export async function* messagesOf(response: Response, limits: AnswerLimits): AsyncGenerator<Heard> {
  const { maxBytes, isEndless = false, signal, onRetry } = limits;
  const body = bounded(response, isEndless ? Number.POSITIVE_INFINITY : maxBytes, signal);
  if (!isEventStream(response)) return yield* heardIn(await new Response(body).text(), null, limits);
  try {
    const events = readStream(body, { maxLength: maxBytes, ...(onRetry && { onRetry }) });
    for await (const { id, data } of events) yield* heardIn(data, id ?? null, limits);
  } catch (error) {
    throw isTooLong(error) ? tooLarge(maxBytes) : error;
  }
}

/** Several messages may come at once (2025-03-26, "Batching"). */
function heardIn(text: string, eventId: string | null, { id }: AnswerLimits): Heard[] {
  const body = text === '' ? null : parsed(text);
  const messages: readonly unknown[] = Array.isArray(body) && body.length > 0 ? body : [body];
  return messages.map((message, index) => {
    if (id !== undefined && isForAnother(message, id)) throw new Error('the answer is to another request');
    const isLast = index === messages.length - 1;
    return { message: isObject(message) ? message : null, eventId: isLast ? eventId : null };
  });
}

/** Depth is measured on the text, before anything recursive sees what it says. */
function parsed(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH)
    throw upstreamFailure('answer_invalid', `The answer nests deeper than ${MAX_DEPTH} levels.`);
  return JSON.parse(text);
}

/** An error without an id is of a request that could not be read (JSON-RPC 2.0, section 5), which here is the only one. */
function isForAnother(message: unknown, id: RequestId): boolean {
  if (!isObject(message) || 'method' in message) return false;
  return message.id !== id && !(isObject(message.error) && message.id === null);
}

/** Whether an answer is an event stream. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

/** A body that breaks off where it is larger than it may be, or when nobody reads it any more. */
export function bounded(
  { body }: Response,
  maxBytes: number,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  if (!body) throw new Error('the answer has no body');
  let size = 0;
  const meter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > maxBytes) controller.error(tooLarge(maxBytes));
      else controller.enqueue(chunk);
    },
  });
  return body.pipeThrough(meter, { ...(signal && { signal }) });
}

function tooLarge(maxBytes: number): Error {
  const words = `The answer is larger than ${maxBytes} bytes (setting MAX_RESULT_BYTES); ask for less at a time.`;
  return upstreamFailure('result_too_large', words);
}
