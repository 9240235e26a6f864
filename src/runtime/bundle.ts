import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile, type OutputFile } from 'esbuild';
import { type Bundles, type HostedBundle, manifestSchema, SERVER_NAME } from './manifest.ts';

/** Where the servers of the monorepo are. */
export const SERVERS = join(import.meta.dirname, '../servers');
const TARGET = join(import.meta.dirname, 'bundles.generated.ts');

/**
 * Bundles servers, a folder each, into modules for the Worker Loader. What several servers use, above all the SDK, becomes
 * one shared module.
 * @param homes where the folders are: `src/servers`, and for a gateway of a test those of the test.
 */
export async function bundleServers(homes: readonly string[] = [SERVERS]): Promise<Bundles> {
  const folders = homes.flatMap(serverFolders).sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(folders.map(folder => [basename(folder), join(folder, 'index.ts')])),
    bundle: true,
    splitting: true,
    minify: true,
    // Tool errors show function and class names.
    keepNames: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker'],
    external: ['cloudflare:*'],
    chunkNames: 'shared-[hash]',
    legalComments: 'none',
    outdir: '/',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const modules = Object.fromEntries(outputFiles.map(file => [basename(file.path), file.text]));
  return { modules, servers: folders.map(folder => hostedBundle(folder, metafile, outputFiles, modules)) };
}

function serverFolders(home: string): string[] {
  const names = readdirSync(home, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
  for (const name of names) {
    if (!SERVER_NAME.test(name)) {
      throw new Error(`${join(home, name)}: a server's folder must match ${SERVER_NAME.source}`);
    }
  }
  return names.map(name => join(home, name));
}

function hostedBundle(
  folder: string,
  metafile: Metafile,
  files: readonly OutputFile[],
  modules: Bundles['modules'],
): HostedBundle {
  const name = basename(folder);
  const mainModule = `${name}.js`;
  const used = reachable(mainModule, metafile, files);
  const hash = createHash('sha256');
  for (const module of used) hash.update(`${module}\0${modules[module]}\0`);
  return {
    name,
    manifest: readManifest(folder),
    codeHash: hash.digest('base64url'),
    mainModule,
    modules: used,
  };
}

/** The modules that an entry imports, itself included, in a stable order. */
function reachable(entry: string, metafile: Metafile, files: readonly OutputFile[]): string[] {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set<string>();
  const visit = (module: string): void => {
    if (found.has(module) || !files.some(file => basename(file.path) === module)) return;
    found.add(module);
    for (const { path } of outputs.get(module)?.imports ?? []) visit(basename(path));
  };
  visit(entry);
  return [...found].sort();
}

function readManifest(folder: string) {
  const path = join(folder, 'manifest.json');
  const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${path}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

/** Writes bundles where a gateway finds them as data: only what changed, so that a watching wrangler does not build in circles. */
export function writeBundles(bundles: Bundles, target: string): void {
  const text = [
    "import type { Bundles } from './manifest.ts';",
    '',
    `export const BUNDLES: Bundles = ${JSON.stringify(bundles)};`,
    '',
  ].join('\n');
  if (readIfThere(target) !== text) writeFileSync(target, text);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) writeBundles(await bundleServers(), TARGET);
