import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/**
 * The house, from the ground up (docs/architecture.md). A room may import from the floors below it, and on its
 * own floor only from the rooms to its left.
 */
const FLOORS = [
  ['log', 'errors', 'principal', 'network', 'crypto', 'env', 'protocol', 'session-key'],
  ['audit', 'policy', 'quotas', 'telemetry', 'catalog', 'openapi', 'identity', 'grants', 'vault'],
  ['runtime', 'connectors'],
  ['durable-objects'],
  ['edge', 'deployment', 'publish', 'auth', 'connect', 'approvals', 'mcp', 'api', 'account', 'admin'],
  ['index'],
  ['cli'],
];
const ORDER = FLOORS.flat();

/** The commands run in Node beside the Worker; of the Worker's rooms they use only these. */
const CLI_MAY_USE = ['crypto', 'errors', 'protocol', 'audit'];

/** What a hosted server may import from outside its folder. */
const SERVER_PACKAGES = ['@modelcontextprotocol/server', 'zod'];

const ROOT = resolve(import.meta.dirname, '..');
const sources = globSync(['src/**/*.{ts,tsx}', 'durable-objects/**/*.ts'], { cwd: ROOT })
  .filter(file => !/\.(test|fake|generated)\.tsx?$/.test(file))
  .map(file => ({ file, imports: importsOf(file) }));

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '');
}

function target(file: string, specifier: string): string {
  return relative(ROOT, resolve(ROOT, dirname(file), specifier));
}

function roomOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'src' ? second.replace(/\.tsx?$/, '') : top;
}

function relativeImports() {
  return sources.flatMap(({ file, imports }) =>
    imports
      .filter(specifier => specifier.startsWith('.'))
      .map(specifier => ({ file, imported: target(file, specifier) })),
  );
}

test('every source file is in a room of the house', () => {
  const rooms = new Set(sources.map(({ file }) => roomOf(file)));
  expect([...rooms].filter(room => room !== 'servers' && !ORDER.includes(room))).toEqual([]);
});

test('imports go downwards only', () => {
  const upward = relativeImports().filter(({ file, imported }) => {
    const [from, to] = [roomOf(file), roomOf(imported)];
    if (from === to || from === 'servers') return false;
    if (from === 'cli') return !CLI_MAY_USE.includes(to);
    return ORDER.indexOf(to) === -1 || ORDER.indexOf(to) > ORDER.indexOf(from);
  });
  expect(upward).toEqual([]);
});

test('a hosted server imports only the SDK, zod and its own folder', () => {
  const foreign = sources
    .filter(({ file }) => roomOf(file) === 'servers')
    .flatMap(({ file, imports }) => {
      const own = file.split('/').slice(0, 3).join('/');
      return imports
        .filter(specifier =>
          specifier.startsWith('.')
            ? !target(file, specifier).startsWith(`${own}/`)
            : !SERVER_PACKAGES.includes(specifier),
        )
        .map(specifier => ({ file, specifier }));
    });
  expect(foreign).toEqual([]);
});

test('nothing imports a hosted server', () => {
  const linked = relativeImports().filter(
    ({ file, imported }) => roomOf(imported) === 'servers' && roomOf(file) !== 'servers',
  );
  expect(linked).toEqual([]);
});

test('no file imports itself through others', () => {
  const graph = new Map<string, string[]>();
  for (const { file, imported } of relativeImports()) {
    graph.set(file, [...(graph.get(file) ?? []), imported]);
  }
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file]);
    if (path.includes(file) || done.has(file)) return;
    for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

test('zod is imported as a namespace, since its named export brings all of its languages into the bundle', () => {
  const named = sources.filter(({ file }) =>
    /import (?:type )?\{[^}]*\} from 'zod'/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(named.map(({ file }) => file)).toEqual([]);
});
