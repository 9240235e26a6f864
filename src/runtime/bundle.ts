import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { SERVER_NAME } from '../catalog/server-document.ts';
import { type Bundles, type HostedBundle, manifestSchema } from './manifest.ts';

const SERVERS = join(import.meta.dirname, '../servers');
const TARGET = join(import.meta.dirname, 'bundles.generated.ts');

const OPTIONS = {
  bundle: true,
  splitting: true,
  minify: true,
  // Tool errors show function and class names.
  keepNames: true,
  format: 'esm',
  target: 'es2024',
  conditions: ['workerd', 'worker'],
  // Of a template, data that the gateway puts beside its code.
  external: ['cloudflare:*', './operations.json'],
  chunkNames: 'shared-[hash]',
  legalComments: 'none',
  outdir: '/',
  write: false,
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** All of zod would be twice as large with the languages of its messages. English is there anyhow. */
const WITHOUT_LANGUAGES: Plugin = {
  name: 'without-languages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, () => ({ path: 'none', namespace: 'languages' }));
    onLoad({ filter: /./, namespace: 'languages' }, () => ({ contents: 'export {}' }));
  },
};

/**
 * Bundles every folder of `src/servers` into modules for the Worker Loader, and writes them where the gateway
 * finds them as data. What several servers use, above all the SDK, becomes one shared module. A server with `libraries` hands
 * those on whole, so it is bundled apart: the others have only what they use.
 */
export async function bundleServers(): Promise<Bundles> {
  const names = serverNames();
  const apart = names.filter(hasLibraries);
  const together = names.filter(name => !hasLibraries(name));
  const built = [await bundled(together), ...(await Promise.all(apart.map(name => bundled([name]))))];
  return {
    modules: Object.assign({}, ...built.map(({ modules }) => modules)),
    servers: built
      .flatMap(({ servers }) => servers)
      .toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name)),
  };
}

async function bundled(names: readonly string[]): Promise<Bundles> {
  const entryPoints = Object.fromEntries(names.flatMap(entriesOf));
  const { outputFiles, metafile } = await build({ ...OPTIONS, entryPoints, plugins: [WITHOUT_LANGUAGES] });
  const modules = Object.fromEntries(outputFiles.map(file => [basename(file.path), file.text]));
  return { modules, servers: names.map(name => hostedBundle(name, metafile, outputFiles, modules)) };
}

function hasLibraries(name: string): boolean {
  return existsSync(join(SERVERS, name, 'libraries'));
}

/** A server's own module, and `<server>.<library>` for each file of its `libraries`. */
function entriesOf(name: string): [string, string][] {
  const entries: [string, string][] = [[name, join(SERVERS, name, 'index.ts')]];
  return hasLibraries(name) ? [...entries, ...librariesOf(name)] : entries;
}

function librariesOf(name: string): [string, string][] {
  const folder = join(SERVERS, name, 'libraries');
  return readdirSync(folder)
    .sort()
    .map(file => [`${name}.${basename(file, '.ts')}`, join(folder, file)]);
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
  const entries = entriesOf(name).map(([entry]) => `${entry}.js`);
  const used = [...new Set(entries.flatMap(entry => reachable(entry, metafile, files)))].sort();
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

/** The modules that an entry imports, itself included. */
function reachable(entry: string, metafile: Metafile, files: readonly OutputFile[]): string[] {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set<string>();
  const visit = (module: string): void => {
    if (found.has(module) || !files.some(file => basename(file.path) === module)) return;
    found.add(module);
    for (const { path } of outputs.get(module)?.imports ?? []) visit(basename(path));
  };
  visit(entry);
  return [...found];
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
