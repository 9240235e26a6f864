import type { ServerDocument, ServerKind } from '../catalog/server-document.ts';
import { prepareCode } from './code.ts';
import { checkDocument } from './common-checks.ts';
import { prepareHosted } from './hosted.ts';
import { prepareOpenapi } from './openapi.ts';
import type { Prepare, Prepared, Publisher } from './publisher.ts';
import { prepareRemote } from './remote.ts';
import { prepareVirtual, refuseGathered } from './virtual.ts';

const PREPARATIONS: { readonly [Kind in ServerKind]: Prepare<Kind> } = {
  hosted: prepareHosted,
  remote: prepareRemote,
  openapi: prepareOpenapi,
  code: prepareCode,
  virtual: prepareVirtual,
};

/** Prepares a document, whatever its kind. @throws GatehouseError `server_invalid`. */
export async function prepare(document: ServerDocument, publisher: Publisher): Promise<Prepared> {
  checkDocument(document, publisher.settings);
  await refuseGathered(document, publisher);
  const prepareKind = PREPARATIONS[document.kind] as Prepare<ServerKind>;
  return prepareKind(document as never, publisher);
}
