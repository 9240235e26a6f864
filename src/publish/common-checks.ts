import type { ServerDocument } from '../catalog/server-document.ts';
import type { Settings } from '../env.ts';
import { isMonorepoName } from '../runtime/hosted-servers.ts';
import { invalid } from './refusal.ts';

/**
 * What must be true of documents of every kind, and can be told from a document alone.
 * @throws GatehouseError `server_invalid`.
 */
export function checkDocument(document: ServerDocument, settings: Settings): void {
  checkName(document);
  checkCallTimeout(document, settings);
}

/** Everybody knows the servers of the monorepo by their names, so no other may have one of these. */
function checkName({ kind, name }: ServerDocument): void {
  if (kind === 'hosted' || !isMonorepoName(name)) return;
  throw invalid(
    `name: "${name}" is a server of this gateway's own. Choose another name, or the kind "hosted" to change how it is shown.`,
  );
}

function checkCallTimeout(document: ServerDocument, { CALL_TIMEOUT_MS }: Settings): void {
  const { callTimeoutMs = 0 } = document.kind === 'virtual' ? {} : document;
  if (callTimeoutMs <= CALL_TIMEOUT_MS) return;
  throw invalid(`callTimeoutMs: a call may take ${CALL_TIMEOUT_MS} ms at most (setting CALL_TIMEOUT_MS).`);
}
