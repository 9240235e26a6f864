import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it reached the API. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What the API answers; JSON where `body` is no text or bytes. */
export interface ApiReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An HTTP API on this machine that answers what a test tells it to, and remembers what it was asked. */
export interface ScriptedApi {
  readonly origin: string;
  readonly seen: ApiRequest[];
  /** Answers requests of a path, `GET /pets`, without its query; all others are answered 404. */
  on(route: string, reply: ApiReply | ((request: ApiRequest) => ApiReply)): void;
  reset(): void;
  stop(): Promise<void>;
}

export async function startScriptedApi(): Promise<ScriptedApi> {
  const seen: ApiRequest[] = [];
  const routes = new Map<string, ApiReply | ((request: ApiRequest) => ApiReply)>();
  const server = createServer(async (inbound, response) => {
    const { method = '', url = '', headers } = inbound;
    const request = { method, url, headers, body: Buffer.concat(await inbound.toArray()) };
    seen.push(request);
    const found = routes.get(`${method} ${url.split('?')[0]}`) ?? {
      status: 404,
      body: { message: 'Not Found' },
    };
    const reply = typeof found === 'function' ? found(request) : found;
    const { status = 200, headers: said = {}, body = '' } = reply;
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const type = isRaw ? 'text/plain' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...said });
    response.end(isRaw ? body : JSON.stringify(body));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    on: (route, reply) => void routes.set(route, reply),
    reset() {
      seen.length = 0;
      routes.clear();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}
