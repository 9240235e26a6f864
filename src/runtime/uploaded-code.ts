import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { DocumentOf } from '../catalog/server-document.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { Settings } from '../env.ts';
import { templateOf } from './hosted-servers.ts';
import type { IsolateCode } from './isolate.ts';
import { isolateModules, MAIN_MODULE } from './uploaded-modules.ts';

/** What uploaded modules run in: src/servers/code, by name. */
const TEMPLATE = 'code';

/** The texts of uploaded modules, by name. */
export type UploadedModules = Readonly<Record<string, string>>;

/** A version of uploaded code: what its operator wrote, and which modules it has. */
export interface Uploaded {
  readonly document: Omit<DocumentOf<'code'>, 'modules'>;
  /** The hash of all of them. */
  readonly modulesHash: string;
  /** Reads them, when an isolate is loaded. */
  readonly modules: () => Promise<UploadedModules>;
}

/** The code of a server that an operator has uploaded, as it is stored. */
export function uploadedCode(
  { current: { document, artifacts } }: CatalogEntry,
  store: CatalogStore,
  settings: Settings,
): IsolateCode {
  if (document.kind !== 'code' || artifacts.modules === undefined) {
    throw new Error(`${document.name} is no uploaded code`);
  }
  const modulesHash = artifacts.modules;
  const modules = () => store.artifacts.get<UploadedModules>(modulesHash);
  return codeOf({ document, modulesHash, modules }, settings);
}

/**
 * What runs in isolates for a version: the modules, and ours that tell what they export and serve it. The hash is of all that is
 * loaded, so that every change of it has isolates of its own.
 */
export function codeOf({ document, modulesHash, modules }: Uploaded, settings: Settings): IsolateCode {
  const template = templateOf(TEMPLATE);
  const { name, title, mainModule, isolation, capabilities, connections } = document;
  const about = { name, title, version: modulesHash.slice(0, 12) };
  const parts = [template.codeHash, modulesHash, mainModule, JSON.stringify(about)];
  return {
    name,
    codeHash: toBase64url(sha256(lengthPrefixed(...parts))),
    isolation,
    capabilities,
    connections,
    settings: {},
    mainModule: MAIN_MODULE,
    limits: { cpuMs: settings.CODE_CPU_MS, subRequests: settings.CODE_MAX_SUBREQUESTS },
    modules: async () => isolateModules(await modules(), await template.modules(), { mainModule, about }),
  };
}
