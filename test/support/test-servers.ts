import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../src/cli/wrangler-process.ts';
import { bundleServers, SERVERS, writeBundles } from '../../src/runtime/bundle.ts';

/** Servers that only tests have, a folder each. */
const TEST_SERVERS = join(import.meta.dirname, '../servers');

/**
 * Writes a configuration of the gateway in which it has the servers of `test/servers` too, and what it needs, into a folder.
 * It is all that knows of them: they are in no bundle that is built otherwise.
 */
export async function configWithTestServers(folder: string): Promise<{ config: string }> {
  const bundles = join(folder, 'bundles.generated.ts');
  writeBundles(await bundleServers([SERVERS, TEST_SERVERS]), bundles);
  const config = join(folder, 'wrangler.toml');
  const project = await readFile(join(ROOT, 'wrangler.toml'), 'utf8');
  await writeFile(config, configText(project, bundles));
  return { config };
}

/** Paths in a configuration are relative to it; and there is nothing left to build. */
function configText(project: string, bundles: string): string {
  const absolute = (_match: string, member: string, path: string) =>
    `${member} = ${JSON.stringify(join(ROOT, path))}`;
  const text = project
    .replace(/^(main|migrations_dir) = "([^"]+)"/gm, absolute)
    .replace(/^\[build\]\n(?:\w.*\n)*/m, '');
  return `${text}\n[alias]\n"./bundles.generated.ts" = ${JSON.stringify(bundles)}\n`;
}
