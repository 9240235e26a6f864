import { concat } from '../../crypto/bytes.ts';
import { GatehouseError } from '../../errors.ts';
import type { EgressProtocol } from './egress-props.ts';
import { requestHeaders } from './headers.ts';
import type { EgressRequest } from './redirect.ts';

/**
 * What tool code asks for: address, method, body and the headers that it may choose. Nothing else of its request goes
 * any further. The body is held in memory, so that it can be sent again.
 * @param signal ends the reading of a body that does not end by itself.
 * @param protocol decides which headers are taken, with those that are `opened` to the server.
 * @throws GatehouseError `egress_refused` for an upgrade, `egress_request_too_large`.
 */
export async function readRequest(
  request: Request,
  maxBytes: number,
  signal: AbortSignal,
  protocol: EgressProtocol = 'http',
  opened: readonly string[] = [],
): Promise<EgressRequest> {
  if (request.headers.has('upgrade')) {
    throw new GatehouseError('egress_refused', 'Only plain HTTP requests go out, no WebSockets.', {
      reason: 'upgrade',
    });
  }
  const url = new URL(request.url);
  url.hash = '';
  const { method, body } = request;
  const bytes = body === null ? null : await readBody(body, maxBytes, signal);
  return { url, method, headers: requestHeaders(request.headers, protocol, opened), body: bytes };
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const collect = new WritableStream<Uint8Array>({
    write: chunk => {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    },
  });
  await body.pipeTo(collect, { signal });
  return concat(...chunks);
}

function tooLarge(maxBytes: number): GatehouseError {
  return new GatehouseError(
    'egress_request_too_large',
    `The request is larger than EGRESS_MAX_REQUEST_BYTES (${maxBytes} bytes).`,
  );
}
