import { concat } from '../../crypto/bytes.ts';
import { GatehouseError } from '../../errors.ts';
import { requestHeaders } from './headers.ts';
import type { EgressRequest } from './redirect.ts';

/**
 * What tool code asks for: address, method, body and the headers that it may choose. Nothing else of its request goes
 * any further.
 * @throws GatehouseError `egress_refused` for an upgrade, `egress_request_too_large`.
 */
export async function readRequest(request: Request, maxBytes: number): Promise<EgressRequest> {
  if (request.headers.has('upgrade')) {
    throw new GatehouseError('egress_refused', 'Only plain HTTP requests go out, no WebSockets.', {
      reason: 'upgrade',
    });
  }
  const url = new URL(request.url);
  url.hash = '';
  const { method } = request;
  return { url, method, headers: requestHeaders(request.headers), body: await readBody(request, maxBytes) };
}

async function readBody({ body }: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null) return null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return concat(...chunks);
}

function tooLarge(maxBytes: number): GatehouseError {
  return new GatehouseError(
    'egress_request_too_large',
    `The request is larger than EGRESS_MAX_REQUEST_BYTES (${maxBytes} bytes).`,
  );
}
