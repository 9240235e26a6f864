import type { DocumentOf } from '../catalog/server-document.ts';
import { utf8 } from '../crypto/bytes.ts';
import type { Settings } from '../env.ts';
import { invalid, listed } from './refusal.ts';

/** Segments by which a name would not be the only one of its module. */
const NOT_NORMAL = ['', '.', '..'];

/**
 * Checks what can be seen of modules without running them.
 * @throws GatehouseError `server_invalid`.
 */
export function checkModules({ modules, mainModule }: DocumentOf<'code'>, settings: Settings): void {
  const names = Object.keys(modules);
  checkCount(names.length, settings);
  checkSize(modules, settings);
  for (const name of names) checkName(name);
  checkMain(mainModule, names);
  for (const [name, text] of Object.entries(modules)) if (name.endsWith('.json')) checkJson(name, text);
}

function checkCount(count: number, { CODE_MAX_MODULES }: Settings): void {
  if (count <= CODE_MAX_MODULES) return;
  throw invalid(
    `modules: there are ${count}, and at most ${CODE_MAX_MODULES} are taken (setting CODE_MAX_MODULES). Bundle them.`,
  );
}

function checkSize(modules: Readonly<Record<string, string>>, { CODE_MAX_BYTES }: Settings): void {
  const bytes = Object.values(modules).reduce((sum, text) => sum + utf8(text).length, 0);
  if (bytes <= CODE_MAX_BYTES) return;
  throw invalid(
    `modules: they are ${bytes} bytes together, and at most ${CODE_MAX_BYTES} are taken (setting CODE_MAX_BYTES).`,
  );
}

function checkName(name: string): void {
  if (!name.split('/').some(segment => NOT_NORMAL.includes(segment))) return;
  throw invalid(
    `modules: the name "${name}" must be a path such as "lib/add.js", without "." and ".." and empty parts.`,
  );
}

function checkMain(mainModule: string, names: readonly string[]): void {
  if (names.includes(mainModule) && /\.m?js$/.test(mainModule)) return;
  throw invalid(
    `mainModule: "${mainModule}" must be the name of a .js or .mjs module. The modules are: ${listed(names)}.`,
  );
}

function checkJson(name: string, text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid(`modules: "${name}" is not JSON: ${(error as Error).message}.`);
  }
}
