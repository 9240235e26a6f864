import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { SERVER_NAME } from '../catalog/server-document.ts';
import { bundleServers } from './bundle.ts';
import { BUNDLES } from './bundles.generated.ts';
import { type Bundles, manifestSchema } from './manifest.ts';

const FOLDERS = readdirSync(join(import.meta.dirname, '../servers')).sort();
let bundles: Bundles;

beforeAll(async () => {
  bundles = await bundleServers();
});

test('every folder of src/servers is a server, in the order of names', () => {
  expect(bundles.servers.map(({ name }) => name)).toEqual(FOLDERS);
  for (const { name, manifest } of bundles.servers) {
    expect(name).toMatch(SERVER_NAME);
    expect(manifestSchema.safeParse(manifest).success).toBe(true);
  }
});

test('a server names its main module among the modules that it loads', () => {
  for (const { name, mainModule, modules } of bundles.servers) {
    expect(mainModule).toBe(`${name}.js`);
    expect(modules).toContain(mainModule);
    for (const module of modules) expect(bundles.modules[module]).toBeTypeOf('string');
  }
});

test("a server loads what its modules import, and no other server's entry", () => {
  for (const { mainModule, modules } of bundles.servers) {
    for (const module of modules) {
      const imported = [...(bundles.modules[module] ?? '').matchAll(/from"\.\/([^"]+\.js)"/g)].map(
        match => match[1],
      );
      expect(modules).toEqual(expect.arrayContaining(imported));
    }
    expect(modules.filter(module => FOLDERS.includes(module.replace('.js', '')))).toEqual([mainModule]);
  }
});

test('the SDK is one shared module, not a copy in every server', () => {
  const shared = Object.keys(bundles.modules).filter(module => module.startsWith('shared-'));
  expect(shared.length).toBeGreaterThan(0);
  for (const { modules } of bundles.servers)
    expect(modules.some(module => shared.includes(module))).toBe(true);
});

test('the code hash is over the names and texts of all modules that are loaded', () => {
  for (const { codeHash, modules } of bundles.servers) {
    const text = modules.map(module => `${module}\0${bundles.modules[module]}\0`).join('');
    expect(codeHash).toBe(createHash('sha256').update(text).digest('base64url'));
  }
});

test('bundling again gives the same bytes, which are those that were generated', async () => {
  expect(await bundleServers()).toEqual(bundles);
  expect(bundles).toEqual(BUNDLES);
});
