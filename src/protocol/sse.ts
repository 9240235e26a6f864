import { EventSourceParserStream, ParseError } from 'eventsource-parser/stream';

/** Headers of every event stream. `X-Accel-Buffering` keeps proxies from holding events back. */
export const SSE_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** One server-sent event. An empty `data` primes the client with an id to resume from. */
export interface SseEvent {
  readonly id?: string;
  readonly data: string;
  readonly retryMs?: number;
}

/** The wire form of an event (HTML standard, "Server-sent events"). `data` must hold no line break. */
export function encodeEvent({ id, data, retryMs }: SseEvent): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(retryMs === undefined ? [] : [`retry: ${retryMs}`]),
    ...(data === '' ? [] : ['event: message']),
    `data: ${data}`,
  ];
  return `${lines.join('\n')}\n\n`;
}

/** How an event stream is read. */
export interface StreamReading {
  /** The most of one event, in characters; what is longer errors the stream, see {@link isTooLong}. */
  readonly maxLength?: number;
  /** Told how long to wait before the stream is opened again, in milliseconds, where it says so. */
  onRetry?(ms: number): void;
}

/** The events of an event stream as they come, those without data too. */
export async function* readStream(
  body: ReadableStream<Uint8Array>,
  { maxLength, onRetry }: StreamReading = {},
): AsyncGenerator<Pick<SseEvent, 'id' | 'data'>> {
  const options = { ...(onRetry && { onRetry }), ...(maxLength && { maxBufferSize: maxLength }) };
  const events = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream(options));
  for await (const { id, data } of events) yield { ...(id !== undefined && { id }), data };
}

/** Whether a stream broke because one of its events is longer than it may be. */
export function isTooLong(error: unknown): boolean {
  return error instanceof ParseError && error.type === 'max-buffer-size-exceeded';
}

/** Where an open event stream is written to. */
export interface SseSink {
  readonly response: Response;
  /** Writes an event; false when the reader is gone. */
  send(event: SseEvent): boolean;
  close(): void;
}

/**
 * Opens an event stream. Comments are sent while it is idle, so that a vanished reader is noticed and no
 * proxy gives up.
 */
export function openSse(keepAliveMs: number, onReaderGone: () => void, headers: HeadersInit = {}): SseSink {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let keepAlive: ReturnType<typeof setInterval> | undefined;

  const stop = () => {
    clearInterval(keepAlive);
    controller = undefined;
  };
  const write = (text: string): boolean => {
    if (!controller) return false;
    controller.enqueue(encoder.encode(text));
    return true;
  };
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
    },
    cancel() {
      stop();
      onReaderGone();
    },
  });
  keepAlive = setInterval(() => write(': keep-alive\n\n'), keepAliveMs);

  return {
    response: new Response(body, { headers: { ...SSE_HEADERS, ...headers } }),
    send: event => write(encodeEvent(event)),
    close() {
      controller?.close();
      stop();
    },
  };
}
