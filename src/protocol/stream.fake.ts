import { readStream } from './sse.ts';

/** A stream of exactly these chunks, to see what chunk boundaries do. */
export function streamOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** The messages of an event stream, parsed as JSON. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  for await (const { data } of readStream(body)) if (data !== '') yield JSON.parse(data);
}
