import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ECHO_CODINGS, ECHO_FORMS } from './echo-forms.ts';

/** A request as the third party got it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A third party that runs on this machine. */
export interface EchoSite {
  readonly origin: string;
  readonly port: number;
  /** All requests so far, oldest first. */
  readonly seen: SeenRequest[];
  /** Endless answers that are still being read. */
  readonly streaming: number;
  stop(): Promise<void>;
}

type Answer = (request: SeenRequest, query: URLSearchParams, response: ServerResponse) => void;

/** How long lies between the pieces of an answer that never ends. */
const TRICKLE_MS = 50;

/**
 * Starts a third party that answers what it is told to, and writes back what it was sent in every way that one may:
 * its credential above all. Of `/seen` it says what it was sent, `/streaming` how many endless answers are read.
 */
export async function startEchoSite(port = 0): Promise<EchoSite> {
  const seen: SeenRequest[] = [];
  const failing = new Map<string, number>();
  let streaming = 0;

  const answers: Readonly<Record<string, Answer>> = {
    '/seen': (_, _query, response) =>
      response.end(JSON.stringify(seen.filter(({ url }) => !url.startsWith('/seen')))),
    '/streaming': (_, _query, response) => response.end(String(streaming)),
    '/request': (request, _, response) => response.end(JSON.stringify(request)),
    '/echo': (request, query, response) => {
      const write = ECHO_FORMS[query.get('form') ?? 'raw'] ?? (text => text);
      const coding = query.get('coding') ?? '';
      const text = write(`<<${credentialIn(request)}>>`);
      const bytes = Buffer.from(ECHO_CODINGS[coding]?.(text) ?? text);
      if (coding !== '') response.setHeader('content-encoding', query.get('named') ?? coding);
      if (query.has('chunked')) sendByteByByte(response, bytes);
      else response.end(bytes);
    },
    '/echo-headers': (request, query, response) => {
      const said = String((ECHO_FORMS[query.get('form') ?? 'raw'] ?? (text => text))(credentialIn(request)));
      response.writeHead(Number(query.get('status') ?? 200), said.slice(0, 200), {
        location: `https://elsewhere.example/${said}`,
        link: `</next?key=${said}>; rel="next"`,
        etag: `"${said}"`,
        'set-cookie': `session=${said}`,
        'www-authenticate': `Bearer realm="${said}"`,
        'x-request-id': said,
        'x-other': said,
        [`x-ratelimit-${Buffer.from(said).toString('hex').slice(0, 60)}`]: '1',
      });
      response.end();
    },
    '/redirect': (request, query, response) => {
      const to = (query.get('to') ?? '').replaceAll('CREDENTIAL', encodeURIComponent(credentialIn(request)));
      response
        .writeHead(Number(query.get('status') ?? 302), { location: Buffer.from(to).toString('latin1') })
        .end();
    },
    '/status': (_, query, response) => {
      const headers = Object.fromEntries([...query].filter(([name]) => name !== 'code'));
      response.writeHead(Number(query.get('code')), headers).end();
    },
    '/flaky': (_, query, response) => {
      const key = query.get('key') ?? '';
      const left = failing.get(key) ?? Number(query.get('fails'));
      failing.set(key, left - 1);
      if (left > 0) response.writeHead(503, { 'retry-after': '0' }).end();
      else response.end('at last');
    },
    '/endless': (_, query, response) => {
      streaming += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const piece = query.get('piece') ?? 'data: tick\n\n';
      const timer = setInterval(() => response.write(piece), TRICKLE_MS);
      response.on('close', () => {
        streaming -= 1;
        clearInterval(timer);
      });
    },
    '/silent': (_, _query, response) => {
      streaming += 1;
      response.on('close', () => {
        streaming -= 1;
      });
    },
    '/huge': (_, query, response) => {
      const bytes = Number(query.get('bytes'));
      if (query.has('named')) response.setHeader('content-length', bytes);
      const coding = ECHO_CODINGS[query.get('coding') ?? ''];
      if (coding) response.setHeader('content-encoding', query.get('coding') ?? '');
      const body = Buffer.alloc(bytes, 'x');
      response.write(coding ? coding(body) : body);
      response.end();
    },
  };

  const server = createServer(async (inbound, response) => {
    const request = await seenRequest(inbound);
    seen.push(request);
    const { pathname, searchParams } = new URL(request.url, 'http://site.invalid');
    const answer = answers[pathname];
    if (answer) answer(request, searchParams, response);
    else response.writeHead(404).end('nothing here');
  });
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done));
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    seen,
    get streaming() {
      return streaming;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

async function seenRequest(inbound: IncomingMessage): Promise<SeenRequest> {
  const body = await inbound.setEncoding('utf8').toArray();
  const { method = '', url = '', headers } = inbound;
  return { method, url, headers, body: body.join('') };
}

/** Wherever it was put. */
function credentialIn({ headers, url }: SeenRequest): string {
  const query = new URL(url, 'http://site.invalid').searchParams.get('key');
  const authorization = String(headers.authorization ?? '');
  const basic = /^Basic (.*)$/.exec(authorization)?.[1];
  const decoded = basic === undefined ? authorization : Buffer.from(basic, 'base64').toString();
  return String(query ?? headers['x-api-key'] ?? decoded.replace(/^Bearer /, ''));
}

function sendByteByByte(response: ServerResponse, bytes: Buffer): void {
  response.socket?.setNoDelay(true);
  const next = (at: number) => {
    if (at === bytes.length) response.end();
    else response.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
  };
  next(0);
}
