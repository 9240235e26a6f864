import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../../src/cli/gateway-process.ts';
import { ROOT } from '../../../src/cli/wrangler-process.ts';
import type { Peer } from './peer.ts';

const PROGRAM = join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const ON_LOOPBACK = new URL('./on-loopback.ts', import.meta.url).href;

/** The reference server of the protocol's authors, in a process of its own: a legacy remote with sessions and resumable streams. */
export async function startServerEverything(): Promise<Peer> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', ON_LOOPBACK, PROGRAM, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>(done => child.once('exit', () => done()));
  await new Promise<void>((listening, failed) => {
    let printed = '';
    child.stderr.on('data', (text: Buffer) => {
      printed += text;
      if (printed.includes('listening on port')) listening();
    });
    void ended.then(() => failed(new Error(`server-everything ended: ${printed}`)));
  });
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
