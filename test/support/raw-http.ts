import { type IncomingHttpHeaders, request } from 'node:http';

/** One HTTP request as it shall go over the wire, with what `fetch` would not let through. */
export interface HttpRequest {
  readonly method?: string;
  /** The request target, sent as it is. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent with a Content-Length unless `headers` set one; a list of chunks is sent chunked. */
  readonly body?: string | Buffer | readonly (string | Buffer)[];
}

/** An answer; a body that goes on for more than `BODY_TIMEOUT_MS` is cut off. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** How long the headers took. */
  readonly elapsedMs: number;
}

const ANSWER_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 500;

/** Sends one request to a gateway on this machine, on a connection of its own. */
export function sendHttp(origin: string, { method = 'POST', path, headers, body }: HttpRequest) {
  const { port, host } = new URL(origin);
  const startedAtMs = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const outbound = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { host, ...headers },
    agent: false,
  });
  const silence = setTimeout(() => reject(new Error(`no answer to ${method} ${path}`)), ANSWER_TIMEOUT_MS);
  outbound.on('error', reject).on('response', inbound => {
    clearTimeout(silence);
    const elapsedMs = performance.now() - startedAtMs;
    let text = '';
    const done = () => {
      clearTimeout(endless);
      outbound.destroy();
      resolve({ status: inbound.statusCode ?? 0, headers: inbound.headers, text, elapsedMs });
    };
    const endless = setTimeout(done, BODY_TIMEOUT_MS);
    inbound
      .setEncoding('utf8')
      .on('data', part => {
        text += part;
      })
      .on('end', done)
      .on('error', done);
  });
  if (Array.isArray(body)) for (const chunk of body) outbound.write(chunk);
  outbound.end(Array.isArray(body) ? undefined : body);
  return promise.finally(() => clearTimeout(silence));
}
