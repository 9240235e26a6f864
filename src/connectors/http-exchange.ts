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
import { traceHeaders } from '../telemetry/trace-context.ts';
import { type AnswerLimits, messagesOf } from './answer-messages.ts';
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
      ...traceHeaders(params),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: withEnvelope(params, client) }),
  };
}

/**
 * Reads the answer of one exchange, JSON or stream, to its end.
 * @throws for what is no answer.
 */
export async function readOutcome(
  response: Response,
  notify: (notification: InnerNotification) => void,
  limits: AnswerLimits,
): Promise<Outcome> {
  for await (const { message } of messagesOf(response, limits)) {
    if (!message) continue;
    if ('id' in message || !('method' in message)) return toOutcome(message, response.status);
    notify(message as unknown as InnerNotification);
  }
  throw new Error('the stream ended without an answer');
}

/** The outcome that a JSON-RPC response says. @throws for what is none. */
export function toOutcome(message: JsonObject, httpStatus: number): Outcome {
  if (isObject(message.result)) return { kind: 'result', result: message.result };
  if (isObject(message.error)) {
    return { kind: 'error', error: rpcErrorOf(message.error), httpStatus };
  }
  throw new Error('the answer is not a JSON-RPC response');
}

function rpcErrorOf({ code, message, data }: JsonObject) {
  return { code: Number(code), message: String(message), ...(data !== undefined && { data }) };
}

/** What callers are told of a failure. What is not ours is reported, and nothing of it is told. */
export function upstreamError(server: string, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  reportFault('upstream_failed', error, { server });
  return upstreamFailure('upstream_failed', `The server "${server}" failed before it answered.`);
}
