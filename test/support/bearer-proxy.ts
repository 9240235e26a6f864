import { createServer, request as send } from 'node:http';

/** A local proxy that adds a bearer token to what passes through, and changes nothing else. */
export interface BearerProxy {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Puts a token in front of a gateway, for test clients that cannot send one. Hosts are kept and bodies are
 * streamed both ways, so that what is tested is the gateway.
 */
export async function bearerProxy(target: string, token: string): Promise<BearerProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((inbound, outbound) => {
    const headers = { ...inbound.headers, authorization: `Bearer ${token}` };
    const { method, url: path } = inbound;
    const upstream = send({ hostname, port, method, path, headers }, answer => {
      outbound.writeHead(answer.statusCode ?? 502, answer.headers);
      outbound.flushHeaders();
      answer.pipe(outbound);
    });
    upstream.on('error', () => outbound.destroy());
    outbound.on('close', () => upstream.destroy());
    inbound.pipe(upstream);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://localhost:${address.port}`,
    close: () =>
      new Promise(closed => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
