import { GatehouseError } from '../../errors.ts';
import { redactionStream } from '../redaction.ts';
import { responseHeaders } from './headers.ts';

/** Answers that have no body, whatever comes with them (Fetch Standard, "null body status"). */
const WITHOUT_BODY: readonly number[] = [101, 103, 204, 205, 304];

/** Encodings that the runtime undoes while a body is read, and those that we undo. */
const DECODED_BY_RUNTIME: readonly string[] = ['', 'identity', 'gzip', 'br'];
const DECODED_HERE: readonly string[] = ['deflate'];

/**
 * What tool code gets of a third party's answer: a fresh one, with the headers that are open to it, and the body as it comes,
 * decoded, without the secrets and within the limit.
 * @throws GatehouseError `egress_failed` for an encoding that secrets could hide behind, `egress_response_too_large`.
 */
export function toolResponse(response: Response, secrets: readonly string[], maxBytes: number): Response {
  const encoding = (response.headers.get('content-encoding') ?? '').trim().toLowerCase();
  const headers = responseHeaders(response.headers, secrets);
  if (response.body === null || WITHOUT_BODY.includes(response.status)) {
    return new Response(null, { status: response.status, headers });
  }
  if (Number(response.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes);
  const body = decoded(response.body, encoding)
    .pipeThrough(boundedStream(maxBytes))
    .pipeThrough(redactionStream(secrets));
  return new Response(body, { status: response.status, headers });
}

function decoded(body: ReadableStream<Uint8Array>, encoding: string): ReadableStream<Uint8Array> {
  if (DECODED_BY_RUNTIME.includes(encoding)) return body;
  if (DECODED_HERE.includes(encoding)) {
    return body.pipeThrough(
      new DecompressionStream('deflate') as ReadableWritablePair<Uint8Array, Uint8Array>,
    );
  }
  throw new GatehouseError(
    'egress_failed',
    'The third party encoded its answer in a way that was not asked for. Answers must be plain, gzip, br or deflate.',
  );
}

/** Passes a body on as long as it is within a limit, and breaks it off where it is not. */
function boundedStream(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.length;
      if (bytes > maxBytes) controller.error(tooLarge(maxBytes));
      else controller.enqueue(chunk);
    },
  });
}

function tooLarge(maxBytes: number): GatehouseError {
  return new GatehouseError(
    'egress_response_too_large',
    `The answer is larger than EGRESS_MAX_RESPONSE_BYTES (${maxBytes} bytes).`,
  );
}
