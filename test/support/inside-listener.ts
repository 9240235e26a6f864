import { createServer, type Server } from 'node:net';
import { freePort } from '../../src/cli/gateway-process.ts';

/** Something that listens inside, where no tool may get. */
export interface InsideListener {
  readonly port: number;
  /** How many connections it got, whatever was said on them. */
  readonly hits: number;
  stop(): Promise<void>;
}

/** Listens on all loopback addresses that this machine has, and answers as HTTP would. */
export async function startInsideListener(): Promise<InsideListener> {
  const port = await freePort();
  let hits = 0;
  const servers: Server[] = [];
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer(socket => {
      hits += 1;
      socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ninside');
    });
    const isListening = await new Promise<boolean>(done => {
      server.once('error', () => done(false)).listen(port, host, () => done(true));
    });
    if (isListening) servers.push(server);
  }
  return {
    port,
    get hits() {
      return hits;
    },
    async stop() {
      await Promise.all(servers.map(server => new Promise(done => server.close(done))));
    },
  };
}
