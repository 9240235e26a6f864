import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as GatewayProcess from '../../src/cli/gateway-process.ts';
import { ROOT } from '../../src/cli/wrangler-process.ts';

/** What a gateway is built from. */
const SOURCES: readonly string[] = [
  'durable-objects',
  'migrations',
  'package.json',
  'src',
  'tsconfig.json',
  'wrangler.toml',
];

/** A copy of the project that has more servers. */
export interface ProjectCopy {
  /** Starts a gateway that is built from the copy. */
  readonly startGateway: typeof GatewayProcess.startGateway;
  remove(): void;
}

/**
 * Copies the project and adds servers of `test/servers` to it, as a server author would: a folder each. So the gateway of the
 * copy is the real one, and what tests alone need is in no other build.
 */
export async function copyProject(servers: readonly string[]): Promise<ProjectCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-project-'));
  for (const source of SOURCES) cpSync(join(ROOT, source), join(folder, source), { recursive: true });
  for (const server of servers) {
    cpSync(join(ROOT, 'test/servers', server), join(folder, 'src/servers', server), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const module = join(folder, 'src/cli/gateway-process.ts');
  const { startGateway } = (await import(/* @vite-ignore */ module)) as typeof GatewayProcess;
  return { startGateway, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
