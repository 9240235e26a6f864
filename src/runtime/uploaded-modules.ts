import type { IsolateModule } from './isolate.ts';

/** Where our modules are: uploaded ones cannot have a name that begins with `@`. */
const OUR_FOLDER = '@gatehouse';

/** The module that an isolate of uploaded code begins with. */
export const MAIN_MODULE = `${OUR_FOLDER}/main.js`;

/** What uploaded modules may import beside each other, and which of the template's libraries it is. */
const LIBRARIES: Readonly<Record<string, string>> = {
  '@modelcontextprotocol/server': 'code.sdk.js',
  zod: 'code.zod.js',
  'zod/v4': 'code.zod.js',
};

/** The names by which uploaded modules import what the gateway provides. */
export const LIBRARY_NAMES: readonly string[] = Object.keys(LIBRARIES);

/** How uploaded modules are begun with. */
export interface Beginning {
  readonly mainModule: string;
  /** What src/servers/code calls `About`. */
  readonly about: object;
}

/**
 * All modules of an isolate: those uploaded, those of the template in a folder of ours, and the libraries. The runtime looks for a
 * library as if it were a file beside the module that imports it, so each folder has them.
 */
export function isolateModules(
  uploaded: Readonly<Record<string, string>>,
  template: Readonly<Record<string, IsolateModule>>,
  beginning: Beginning,
): Record<string, IsolateModule> {
  const ours = Object.entries(template).map(([name, module]) => [`${OUR_FOLDER}/${name}`, module]);
  const theirs = Object.entries(uploaded).map(([name, text]) => [name, moduleOf(name, text)]);
  const libraries = [...foldersOf(Object.keys(uploaded))].flatMap(librariesIn);
  return {
    ...Object.fromEntries([...ours, ...theirs, ...libraries]),
    [MAIN_MODULE]: mainText(beginning),
  };
}

function mainText({ mainModule, about }: Beginning): string {
  return [
    `import * as main from ${JSON.stringify(`../${mainModule}`)};`,
    "import { serve } from './code.js';",
    `export default serve(main, ${JSON.stringify(about)});`,
  ].join('\n');
}

/** What a module is follows from its name. */
function moduleOf(name: string, text: string): IsolateModule {
  if (name.endsWith('.json')) return { json: JSON.parse(text) };
  return name.endsWith('.txt') ? { text } : { js: text };
}

/** The folders that modules are in, `''` for the topmost. */
function foldersOf(names: readonly string[]): Set<string> {
  return new Set(names.map(name => name.slice(0, name.lastIndexOf('/') + 1)));
}

function librariesIn(folder: string): [string, IsolateModule][] {
  return Object.entries(LIBRARIES).map(([name, module]) => {
    const path = `${folder}${name}`;
    const up = '../'.repeat(path.split('/').length - 1);
    return [path, { js: libraryText(`${up || './'}${OUR_FOLDER}/${module}`, name) }];
  });
}

/** zod has a default export, and the SDK has none. */
function libraryText(path: string, name: string): string {
  const all = `export * from ${JSON.stringify(path)};`;
  return name.startsWith('zod') ? `${all} export { default } from ${JSON.stringify(path)};` : all;
}
