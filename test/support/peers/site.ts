import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** What answers the requests of a site, in the terms of the web. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** A request as it reached a site. */
export interface Arrival {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An HTTP server of a test, on a loopback port that stays its own while it is down. */
export class Site {
  readonly #answer: Answer;
  /** All requests so far, oldest first. */
  readonly arrivals: Arrival[] = [];
  #server: Server | null = null;
  #port = 0;

  private constructor(answer: Answer) {
    this.#answer = answer;
  }

  static async start(answer: Answer): Promise<Site> {
    const site = new Site(answer);
    await site.comeBack();
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Cuts all connections as a crash would, and refuses new ones. */
  async goDown(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = new Promise(done => server.close(done));
    server.closeAllConnections();
    await closed;
  }

  /** Listens again where it did. */
  async comeBack(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((inbound, outbound) => void this.#serve(inbound, outbound));
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(this.#port, '127.0.0.1', listening);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #serve(inbound: IncomingMessage, outbound: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = inbound;
    this.arrivals.push({ method, headers });
    const hangUp = new AbortController();
    outbound.once('close', () => hangUp.abort());
    try {
      const response = await this.#answer(requestOf(inbound, this.origin, hangUp.signal));
      await send(response, outbound);
    } catch {
      outbound.destroy();
    }
  }
}

function requestOf(inbound: IncomingMessage, origin: string, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = inbound;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, origin), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
    signal,
    ...(hasBody && { body: Readable.toWeb(inbound) as unknown as ReadableStream, duplex: 'half' as const }),
  });
}

/** Streams an answer piece by piece; the source is cancelled when the reader hangs up, and a source that fails cuts the connection. */
async function send(response: Response, outbound: ServerResponse): Promise<void> {
  outbound.writeHead(response.status, Object.fromEntries(response.headers));
  outbound.flushHeaders();
  const reader = response.body?.getReader();
  if (!reader) return void outbound.end();
  outbound.once('close', () => void reader.cancel().catch(() => {}));
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (outbound.destroyed) return;
    if (!outbound.write(piece.value)) await drained(outbound);
  }
  outbound.end();
}

function drained(outbound: ServerResponse): Promise<void> {
  return new Promise(done => {
    outbound.once('drain', done);
    outbound.once('close', done);
  });
}
