import { concat } from '../crypto/bytes.ts';

/**
 * An answer whose body was read within a limit.
 * @throws RangeError when it is longer. The rest is not read.
 */
export async function readBounded(response: Response, maxBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`The answer is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return new Response(concat(...chunks), { status: response.status, headers: response.headers });
}
