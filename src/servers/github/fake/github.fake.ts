import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Asked, OPERATIONS, type Operation } from './description.fake.ts';

const MEDIA_TYPE = /^application\/vnd\.github(\.(raw|object|text-match))?\+json$/;
const API_VERSION = '2022-11-28';

/** What GitHub is to answer. What is left out is what the description's example has. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; or bytes, which are sent as they are. */
  readonly body?: unknown;
  /** The answer is not what GitHub describes, on purpose. */
  readonly isUndescribed?: boolean;
}

/** What GitHub is to answer to requests of an operation. */
export type Script = (asked: Asked) => Reply | Promise<Reply>;

/** A GitHub of a test, and what it was asked. */
export interface FakeGitHub {
  /** The base address of its API. */
  readonly url: string;
  readonly asked: (Asked & { readonly operation: string })[];
  /** What was wrong, by GitHub's description, with what it was asked, or with what the test let it answer. */
  readonly faults: string[];
  /** Says what an operation answers from now on, by its name such as `GET /search/code`. */
  on(operation: string, script: Script | Reply): void;
  /** Forgets all of that, and what it was asked. */
  reset(): void;
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for GitHub on this machine. It answers with the examples of GitHub's published description, and holds every
 * request against that description: path, parameters, body, and the headers that GitHub asks for.
 * @param basePath where the API begins: empty as at api.github.com, `/api/v3` as on an Enterprise Server.
 */
export async function startGitHub(basePath = ''): Promise<FakeGitHub> {
  const scripts = new Map<string, Script>();
  const asked: FakeGitHub['asked'] = [];
  const faults: string[] = [];

  const answer = async (request: Asked): Promise<Required<Pick<Reply, 'status' | 'headers' | 'body'>>> => {
    const operation = OPERATIONS.find(each => each.matches(request));
    if (!operation) {
      faults.push(`${request.method} ${request.path} is no operation that the server uses`);
      return { status: 404, headers: {}, body: { message: 'Not Found' } };
    }
    asked.push({ ...request, operation: operation.name });
    for (const fault of [...headerFaults(request), ...operation.faultsOf(request)]) {
      faults.push(`${operation.name}: ${fault}`);
    }
    const reply = (await scripts.get(operation.name)?.(request)) ?? {};
    return described(operation, reply, faults);
  };

  const server = createServer(async (incoming, outgoing) => {
    try {
      send(outgoing, await answer(await read(incoming, basePath)));
    } catch (error) {
      faults.push(String(error));
      send(outgoing, { status: 500, headers: {}, body: { message: String(error) } });
    }
  });
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${basePath}`,
    asked,
    faults,
    on: (name, script) => scripts.set(name, typeof script === 'function' ? script : () => script),
    reset: () => {
      scripts.clear();
      asked.length = 0;
      faults.length = 0;
    },
    stop: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** A reply in full; what a test made up must be of the described shape. */
function described(operation: Operation, reply: Reply, faults: string[]) {
  const status = reply.status ?? (operation.name.startsWith('POST') ? 201 : 200);
  const body = 'body' in reply ? reply.body : operation.example(status);
  const isJson = !(body instanceof Uint8Array) && body !== undefined;
  const fault =
    isJson && !reply.isUndescribed ? operation.faultOfAnswer(status, structuredClone(body)) : null;
  if (fault !== null) faults.push(`${operation.name} answers ${status}: ${fault}`);
  return { status, headers: reply.headers ?? {}, body };
}

function headerFaults({ method, headers }: Asked): string[] {
  const { accept = '', 'user-agent': agent = '', 'content-type': type } = headers;
  return [
    ...(MEDIA_TYPE.test(accept) ? [] : [`accept is "${accept}"`]),
    ...(headers['x-github-api-version'] === API_VERSION ? [] : ['x-github-api-version is missing']),
    ...(agent.startsWith('gatehouse') ? [] : [`user-agent is "${agent}"`]),
    ...(method === 'GET' || type === 'application/json' ? [] : [`content-type is "${type}"`]),
  ];
}

async function read(incoming: IncomingMessage, basePath: string): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const [path = '', query = ''] = (incoming.url ?? '').split('?');
  return {
    method: incoming.method ?? '',
    path: path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : `outside the API: ${path}`,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: incoming.headers as Record<string, string>,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function send(
  outgoing: ServerResponse,
  { status, headers, body }: Required<Omit<Reply, 'isUndescribed'>>,
): void {
  if (body instanceof Uint8Array) {
    outgoing.writeHead(status, { 'content-type': 'application/vnd.github.raw+json', ...headers }).end(body);
    return;
  }
  const type = { 'content-type': 'application/json; charset=utf-8' };
  outgoing.writeHead(status, { ...type, ...headers }).end(body === undefined ? '' : JSON.stringify(body));
}
