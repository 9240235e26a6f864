import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile, type OutputFile } from 'esbuild';
import { SERVER_NAME } from '../catalog/server-document.ts';
import { type Bundles, type HostedBundle, manifestSchema } from './manifest.ts';

const SERVERS = join(import.meta.dirname, '../servers');
const TARGET = join(import.meta.dirname, 'bundles.generated.ts');

/**
 * Bundles every folder of `src/servers` into modules for the Worker Loader, and writes them where the gateway
 * finds them as data. What several servers use, above all the SDK, becomes one shared module.
 */
export async function bundleServers(): Promise<Bundles> {
  const names = serverNames();
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(names.map(name => [name, join(SERVERS, name, 'index.ts')])),
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
  return { modules, servers: names.map(name => hostedBundle(name, metafile, outputFiles, modules)) };
}

function serverNames(): string[] {
  const names = readdirSync(SERVERS, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort();
  for (const name of names) {
    if (!SERVER_NAME.test(name)) {
      throw new Error(`src/servers/${name}: a server's folder must match ${SERVER_NAME.source}`);
    }
  }
  return names;
}

function hostedBundle(
  name: string,
  metafile: Metafile,
  files: readonly OutputFile[],
  modules: Bundles['modules'],
): HostedBundle {
  const mainModule = `${name}.js`;
  const used = reachable(mainModule, metafile, files);
  const hash = createHash('sha256');
  for (const module of used) hash.update(`${module}\0${modules[module]}\0`);
  return {
    name,
    manifest: readManifest(name),
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

function readManifest(name: string) {
  const path = join(SERVERS, name, 'manifest.json');
  const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`src/servers/${name}/manifest.json: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

/** Writes only what changed, so that a watching wrangler does not build in circles. */
function write(bundles: Bundles): void {
  const text = [
    "import type { Bundles } from './manifest.ts';",
    '',
    `export const BUNDLES: Bundles = ${JSON.stringify(bundles)};`,
    '',
  ].join('\n');
  if (readIfThere(TARGET) !== text) writeFileSync(TARGET, text);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) write(await bundleServers());
