import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readD1Migrations } from '@cloudflare/vitest-plugin';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { ROOT } from '../../src/cli/wrangler-process.ts';

const CONFIG = join(ROOT, 'wrangler.toml');
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');

/** What an address answers. */
export type Site = (request: Request) => Response | Promise<Response>;

/** A gateway whose internet is made up: whatever it fetches is answered by a site, whatever name it has. */
export interface InventedInternet {
  readonly origin: string;
  /** The addresses that the gateway has sent a request to, oldest first. */
  readonly visited: string[];
  /** Puts a site at an address; all others answer 404. */
  put(address: string, site: Site): void;
  stop(): Promise<void>;
}

/**
 * Runs the gateway as it would be deployed, without a resolver and certificates: tests have no names of their
 * own on the public internet, and `wrangler dev` cannot be told what is there.
 */
export async function startWithInventedInternet(): Promise<InventedInternet> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bundle-'));
  await promisify(execFile)(process.execPath, [WRANGLER, 'deploy', '--dry-run', '--outdir', folder], {
    cwd: ROOT,
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' },
  });
  const sites = new Map<string, Site>();
  const visited: string[] = [];
  const outbound = async (request: Request) => {
    visited.push(request.url);
    return (await sites.get(request.url)?.(request)) ?? new Response('nothing here', { status: 404 });
  };
  const { modulesRules: _rules, ...workerOptions } = unstable_getMiniflareWorkerOptions(CONFIG).workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          ...workerOptions,
          modules: true,
          modulesRoot: folder,
          scriptPath: join(folder, 'index.js'),
          outboundService: outbound as never,
          bindings: { GATEHOUSE_ENV: 'development', KEY_RING: keyRing() },
        },
      ],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  );
  const { port } = await miniflare.ready;
  await migrate(await miniflare.getD1Database('DB'));
  const stop = async () => {
    await miniflare.dispose();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    origin: `http://localhost:${port}`,
    visited,
    put: (address, site) => void sites.set(address, site),
    stop,
  };
}

/** Brings an empty database to where a deployment's is. */
async function migrate(db: { prepare(statement: string): { run(): Promise<unknown> } }): Promise<void> {
  for (const { queries } of await readD1Migrations(join(ROOT, 'migrations'))) {
    for (const query of queries) await db.prepare(query).run();
  }
}

function keyRing(): string {
  return JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } });
}
