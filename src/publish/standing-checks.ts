import type { DocumentOf, ServerDocument, ServerKind } from '../catalog/server-document.ts';
import { checkDocument } from './common-checks.ts';
import { checkConnections, checkSharing } from './declared-needs.ts';
import { prepareHosted } from './hosted.ts';
import type { Publisher } from './publisher.ts';
import { checkRemote } from './remote.ts';
import { prepareVirtual, refuseGathered } from './virtual.ts';

type Check<Kind extends ServerKind> = (document: DocumentOf<Kind>, publisher: Publisher) => unknown;

const CHECKS: { readonly [Kind in ServerKind]: Check<Kind> } = {
  hosted: prepareHosted,
  virtual: prepareVirtual,
  remote: checkRemote,
  openapi: checkConnections,
  code: (document, publisher) => {
    checkSharing(document);
    checkConnections(document, publisher);
  },
};

/**
 * Checks what must be true whenever a document comes to be in use, and may have ceased to be since it was saved: connections, other
 * servers and their tools. Nothing is fetched for that, and no operator's code is run.
 * @throws GatehouseError `server_invalid`.
 */
export async function checkStanding(document: ServerDocument, publisher: Publisher): Promise<void> {
  checkDocument(document, publisher.settings);
  await refuseGathered(document, publisher);
  const check = CHECKS[document.kind] as Check<ServerKind>;
  await check(document as never, publisher);
}
