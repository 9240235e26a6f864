import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is answered at a path: a document, or what makes an answer of a request. */
export type Told =
  | object
  | ((request: HouseRequest) => { status?: number; headers?: Record<string, string>; body?: unknown });

/** A request as it came. */
export interface HouseRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A remote server and its authorization server, as far as they speak of themselves. */
export interface AuthorizationHouse extends AsyncDisposable {
  readonly origin: string;
  readonly asked: readonly HouseRequest[];
  /** By path; 404 for all others. */
  told: Record<string, Told>;
}

/** Starts a house on loopback. */
export async function startAuthorizationHouse(): Promise<AuthorizationHouse> {
  const asked: HouseRequest[] = [];
  const house: { told: Record<string, Told> } = { told: {} };
  const server = createServer(async (incoming, response) => {
    const request = await requestOf(incoming);
    asked.push(request);
    const told = house.told[request.path];
    const {
      status = 200,
      headers = {},
      body,
    } = told === undefined ? { status: 404 } : answerOf(told, request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise(closed => server.close(closed));
  };
  return Object.assign(house, { origin, asked, [Symbol.asyncDispose]: close });
}

function answerOf(told: Told, request: HouseRequest) {
  return typeof told === 'function' ? told(request) : { body: told };
}

async function requestOf(incoming: IncomingMessage): Promise<HouseRequest> {
  let body = '';
  for await (const chunk of incoming) body += chunk;
  return { method: incoming.method ?? '', path: incoming.url ?? '', body };
}
