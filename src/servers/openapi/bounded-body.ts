import { CallError } from './call-error.ts';

/**
 * The bytes of an answer.
 * @throws CallError as soon as there are more than `maxBytes`; the rest is not read.
 */
export async function readBounded({ body }: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  // Leaving the loop by an error cancels the stream.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new CallError(
        `The answer is larger than ${maxBytes} bytes. Ask for less: fewer per page, or something more specific.`,
      );
    }
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
