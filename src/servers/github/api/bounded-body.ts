import { GitHubError } from './github-error.ts';

/**
 * The bytes of an answer.
 * @throws GitHubError `upstream` as soon as there are more than `maxBytes`; the rest is not read.
 */
export async function readBounded({ body }: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error cancels the stream.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(maxBytes: number): GitHubError {
  return new GitHubError(
    'upstream',
    `GitHub's answer is larger than ${maxBytes} bytes. Ask for less: fewer per page, or something more specific.`,
  );
}
