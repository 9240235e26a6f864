import { GatehouseError, reportFault } from '../errors.ts';
import { standardHeaders } from '../protocol/mcp-headers.ts';
import {
  type InnerNotification,
  isObject,
  type JsonObject,
  type Outcome,
  type RequestId,
} from '../protocol/message.ts';
import { withEnvelope } from '../protocol/modern.ts';
import { readEvents } from '../protocol/sse.ts';
import type { InnerRequest } from './connector.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** What is common to all servers that are spoken to by HTTP in the language of 2026-07-28. */

/** The HTTP request that says an inner request, with headers made from its body. */
export function httpMessage(id: RequestId, { method, params, client, paramHeaders }: InnerRequest) {
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...paramHeaders,
      ...standardHeaders(method, params),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: withEnvelope(params, client) }),
  };
}

/**
 * Reads the answer of one exchange, JSON or stream, to its end.
 * @param id of the request, where the answer must be to it.
 * @throws for what is no answer.
 */
export async function readOutcome(
  response: Response,
  notify: (notification: InnerNotification) => void,
  maxBytes: number,
  id?: RequestId,
): Promise<Outcome> {
  const body = bounded(response, maxBytes);
  const read = (message: unknown) => {
    if (id !== undefined && isForAnother(message, id)) throw new Error('the answer is to another request');
    return toOutcome(message, response.status);
  };
  if (!isEventStream(response)) return read(await new Response(body).json());
  for await (const message of readEvents(body)) {
    if (!isObject(message)) continue;
    if ('id' in message) return read(message);
    notify(message as unknown as InnerNotification);
  }
  throw new Error('the stream ended without an answer');
}

/** An error without an id is of a request that could not be read (JSON-RPC 2.0, section 5), which here is the only one. */
function isForAnother(message: unknown, id: RequestId): boolean {
  return isObject(message) && message.id !== id && !(isObject(message.error) && message.id === null);
}

/** Whether an answer is an event stream. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

/** The outcome that a JSON-RPC response says. @throws for what is none. */
export function toOutcome(message: unknown, httpStatus: number): Outcome {
  if (isObject(message) && isObject(message.result)) return { kind: 'result', result: message.result };
  if (isObject(message) && isObject(message.error)) {
    return { kind: 'error', error: rpcErrorOf(message.error), httpStatus };
  }
  throw new Error('the answer is not a JSON-RPC response');
}

function rpcErrorOf({ code, message, data }: JsonObject) {
  return { code: Number(code), message: String(message), ...(data !== undefined && { data }) };
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

/** What callers are told of a failure. What is not ours is reported, and nothing of it is told. */
export function upstreamError(server: string, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  reportFault('upstream_failed', error, { server });
  return upstreamFailure('upstream_failed', `The server "${server}" failed before it answered.`);
}

function tooLarge(maxBytes: number): GatehouseError {
  const words = `The answer is larger than ${maxBytes} bytes (setting MAX_RESULT_BYTES); ask for less at a time.`;
  return upstreamFailure('result_too_large', words);
}
