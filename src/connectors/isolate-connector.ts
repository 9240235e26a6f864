import type { Settings } from '../env.ts';
import { GatehouseError, reportFault } from '../errors.ts';
import { standardHeaders } from '../protocol/mcp-headers.ts';
import {
  failure,
  type InnerNotification,
  isObject,
  type JsonObject,
  type Outcome,
} from '../protocol/message.ts';
import { ACKNOWLEDGED, withEnvelope } from '../protocol/modern.ts';
import { readEvents } from '../protocol/sse.ts';
import type { CallHooks, Connector, InnerRequest } from './connector.ts';
import { cancelled, upstreamFailure } from './upstream-failure.ts';

const ENDPOINT = 'http://isolate.invalid/mcp';
/** Each exchange is an HTTP request of its own, so one id serves them all. */
const ID = 1;

/** Reaches a hosted server: an SDK server in an isolate, by `fetch` on its stub. */
export function isolateConnector(server: string, isolate: () => Fetcher, settings: Settings): Connector {
  const post = (request: InnerRequest, signal: AbortSignal) =>
    isolate().fetch(ENDPOINT, { method: 'POST', signal, ...httpMessage(request) });

  return {
    server,
    async call(request, hooks) {
      try {
        const response = await post(request, hooks.signal);
        return await readOutcome(response, hooks, settings.MAX_RESULT_BYTES);
      } catch (error) {
        return failure(hooks.signal.aborted ? cancelled() : upstreamError(server, error));
      }
    },
    async listen(filter, client, { signal, acknowledged, notify }) {
      const request = { method: 'subscriptions/listen', params: { notifications: filter }, client };
      const onNotification = (notification: InnerNotification) =>
        notification.method === ACKNOWLEDGED
          ? acknowledged((notification.params?.notifications as JsonObject | undefined) ?? {})
          : notify(notification);
      try {
        const response = await post(request, signal);
        const hooks = { signal, notify: onNotification };
        const outcome = await readOutcome(response, hooks, Number.POSITIVE_INFINITY);
        if (outcome.kind === 'error') throw new GatehouseError('upstream_failed', outcome.error.message);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

function httpMessage({ method, params, client, paramHeaders }: InnerRequest) {
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...paramHeaders,
      ...standardHeaders(method, params),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: ID, method, params: withEnvelope(params, client) }),
  };
}

/** Reads the answer of one exchange, JSON or stream, to its end. */
async function readOutcome(response: Response, hooks: CallHooks, maxBytes: number): Promise<Outcome> {
  const body = bounded(response, maxBytes);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return toOutcome(await new Response(body).json(), response.status);
  }
  for await (const message of readEvents(body)) {
    if (!isObject(message)) continue;
    if ('id' in message) return toOutcome(message, response.status);
    hooks.notify(message as unknown as InnerNotification);
  }
  throw new Error('the stream ended without an answer');
}

function toOutcome(message: unknown, httpStatus: number): Outcome {
  if (isObject(message) && isObject(message.result)) return { kind: 'result', result: message.result };
  if (isObject(message) && isObject(message.error)) {
    const { code, message: text, data } = message.error;
    return {
      kind: 'error',
      error: { code: Number(code), message: String(text), ...(data !== undefined && { data }) },
      httpStatus,
    };
  }
  throw new Error('the answer is not a JSON-RPC response');
}

function bounded({ body }: Response, maxBytes: number): ReadableStream<Uint8Array> {
  if (!body) throw new Error('the answer has no body');
  let size = 0;
  const meter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > maxBytes) controller.error(tooLarge(maxBytes));
      else controller.enqueue(chunk);
    },
  });
  return body.pipeThrough(meter);
}

function tooLarge(maxBytes: number): GatehouseError {
  const words = `The answer is larger than ${maxBytes} bytes (setting MAX_RESULT_BYTES); ask for less at a time.`;
  return upstreamFailure('result_too_large', words);
}

function upstreamError(server: string, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  reportFault('upstream_failed', error, { server });
  return upstreamFailure('upstream_failed', `The server "${server}" failed before it answered.`);
}
