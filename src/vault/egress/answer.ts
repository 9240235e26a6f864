import { GatehouseError } from '../../errors.ts';
import { redactionStream } from '../redaction.ts';
import type { EgressProtocol } from './egress-props.ts';
import { responseHeaders } from './headers.ts';

/** Answers that have no body, whatever comes with them (Fetch Standard, "null body status"). */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/**
 * Encodings that the runtime undoes while a body is read, and those that we undo. By their exact names: one that the runtime does
 * not know by its case would pass undecoded.
 */
const DECODED_BY_RUNTIME: readonly string[] = ['', 'identity', 'gzip', 'br'];
const DECODED_HERE: readonly string[] = ['deflate'];

/** The bounds of an answer. */
export interface AnswerLimits {
  /** Of the body, decoded; setting EGRESS_MAX_RESPONSE_BYTES. Event streams of remote MCP servers have none. */
  readonly maxBytes: number;
  readonly protocol: EgressProtocol;
  /** The answer was read to its end, or nobody reads it any more; or it has begun, where it may take as long as it wants. */
  onEnd(): void;
}

/**
 * What tool code gets of a third party's answer: a fresh one, with the headers that are open to it, and the body as it comes,
 * decoded, without the secrets and within the limit. Whatever words came with the status do not.
 * @throws GatehouseError `egress_failed` for a status that is none, and for an encoding that secrets could hide
 *   behind; `egress_response_too_large`.
 */
export function toolResponse(response: Response, secrets: readonly string[], limits: AnswerLimits): Response {
  const { status, body } = response;
  if (status < 200 || status > 599) throw unreadable('The status of its answer is none of HTTP.');
  const headers = responseHeaders(response.headers, secrets, limits.protocol);
  // What follows the beginning is the connector's to limit: a stream of MCP may be open for as long as its session.
  if (limits.protocol === 'mcp') limits.onEnd();
  if (body === null || WITHOUT_BODY.includes(status)) {
    limits.onEnd();
    return new Response(null, { status, headers });
  }
  if (Number(response.headers.get('content-length')) > limits.maxBytes) throw tooLarge(limits);
  const isEndless = limits.protocol === 'mcp' && isEventStream(headers);
  const plain = decoded(body, response.headers.get('content-encoding') ?? '')
    .pipeThrough(isEndless ? new TransformStream() : boundedStream(limits))
    .pipeThrough(redactionStream(secrets));
  return new Response(plain, { status, headers });
}

function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\s*(;|$)/i.test(headers.get('content-type') ?? '');
}

function decoded(body: ReadableStream<Uint8Array>, encoding: string): ReadableStream<Uint8Array> {
  if (DECODED_BY_RUNTIME.includes(encoding)) return body;
  if (DECODED_HERE.includes(encoding)) {
    return body.pipeThrough(
      new DecompressionStream('deflate') as ReadableWritablePair<Uint8Array, Uint8Array>,
    );
  }
  throw unreadable(
    'It encoded its answer in a way that was not asked for; answers must be plain, gzip, br or deflate.',
  );
}

/** Passes a body on as long as it is within the limit, and breaks it off where it is not. */
function boundedStream(limits: AnswerLimits): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) controller.error(tooLarge(limits));
      else controller.enqueue(chunk);
    },
    flush: () => limits.onEnd(),
  });
}

function unreadable(why: string): GatehouseError {
  return new GatehouseError('egress_failed', `The third party's answer cannot be handed on. ${why}`);
}

function tooLarge({ maxBytes }: AnswerLimits): GatehouseError {
  return new GatehouseError(
    'egress_response_too_large',
    `The answer is larger than EGRESS_MAX_RESPONSE_BYTES (${maxBytes} bytes).`,
  );
}
