import type { DocumentOf } from '../catalog/server-document.ts';
import { toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { codeOf } from '../runtime/uploaded-code.ts';
import { codeDefinitions } from './code-definitions.ts';
import { checkModules } from './code-modules.ts';
import { checkConnections, checkSharing } from './declared-needs.ts';
import type { Prepare } from './publisher.ts';

/** Accepts uploaded modules once they have begun to serve, in an isolate that reaches nothing, and said what they offer. */
export const prepareCode: Prepare<'code'> = async (document, publisher) => {
  checkModules(document, publisher.settings);
  checkSharing(document);
  checkConnections(document, publisher);
  const { modules, ...rest } = document;
  const { artifacts } = publisher.store;
  const definitions = await codeDefinitions(codeFor(document, publisher.settings), publisher);
  return {
    document: { ...rest, modules: {} },
    artifacts: { modules: await artifacts.put(modules), definitions: await artifacts.put(definitions) },
  };
};

function codeFor(document: DocumentOf<'code'>, settings: Parameters<typeof codeOf>[1]) {
  const { modules } = document;
  const modulesHash = toBase64url(sha256(utf8(JSON.stringify(modules))));
  return codeOf({ document, modulesHash, modules: async () => modules }, settings);
}
