import { GitHubError } from './github-error.ts';

/** The largest answer that is read: far above what the bounded pages of this server come to. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * The text of an answer.
 * @throws GitHubError `upstream` as soon as it is larger than 8 MiB; the rest is not read.
 */
export async function readBounded({ body }: Response, maxBytes = MAX_ANSWER_BYTES): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  // Leaving the loop by an error cancels the stream.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(maxBytes: number): GitHubError {
  return new GitHubError(
    'upstream',
    `GitHub's answer is larger than ${maxBytes} bytes. Ask for less: fewer per page, or something more specific.`,
  );
}
