import { expect, test } from 'vitest';
import { isolateModules, LIBRARY_NAMES } from './uploaded-modules.ts';

const BEGINNING = { mainModule: 'index.js', about: { name: 'calc' } };
const TEMPLATE = { 'code.js': 'ours', 'code.sdk.js': 'sdk', 'code.zod.js': 'zod' };

const loaded = (uploaded: Readonly<Record<string, string>>) => isolateModules(uploaded, TEMPLATE, BEGINNING);

test('what a module is follows from its name', () => {
  const uploaded = { 'index.js': 'a', 'a.mjs': 'b', 'data.json': '{"c":1}', 'text.txt': 'd' };
  expect(loaded(uploaded)).toMatchObject({
    'index.js': { js: 'a' },
    'a.mjs': { js: 'b' },
    'data.json': { json: { c: 1 } },
    'text.txt': { text: 'd' },
  });
});

test('our modules are in a folder of their own, and one of them begins with the main module', () => {
  const modules = loaded({ 'index.js': '' });
  expect(modules['@gatehouse/code.js']).toBe('ours');
  expect(modules['@gatehouse/main.js']).toContain('from "../index.js"');
  expect(modules['@gatehouse/main.js']).toContain('serve(main, {"name":"calc"})');
});

test('libraries are found from every folder that has modules', () => {
  const modules = loaded({ 'index.js': '', 'lib/deep/a.js': '' });
  for (const folder of ['', 'lib/deep/']) {
    for (const name of LIBRARY_NAMES) expect(modules[`${folder}${name}`]).toBeDefined();
  }
  expect(modules['lib/deep/zod/v4']).toEqual({
    js: 'export * from "../../../@gatehouse/code.zod.js"; export { default } from "../../../@gatehouse/code.zod.js";',
  });
  expect(modules['@modelcontextprotocol/server']).toEqual({
    js: 'export * from "../@gatehouse/code.sdk.js";',
  });
  expect(modules).not.toHaveProperty('lib/zod');
});
