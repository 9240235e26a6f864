import { keptDefinitions } from '../catalog/kept-definitions.ts';
import type { ServerDocument, ServerKind } from '../catalog/server-document.ts';
import { prepareCode } from './code.ts';
import { checkDocument } from './common-checks.ts';
import { prepareHosted } from './hosted.ts';
import { prepareOpenapi } from './openapi.ts';
import type { Prepare, Prepared, Publisher } from './publisher.ts';
import { prepareRemote } from './remote.ts';
import { checkToolChanges } from './tool-changes.ts';
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
  const prepared = await prepareKind(document as never, publisher);
  await checkKnownTools(prepared, publisher);
  return prepared;
}

/** Where it is known by now what a server offers, its document can speak of nothing else. */
async function checkKnownTools({ document, artifacts }: Prepared, { store, principal }: Publisher) {
  if (document.kind === 'virtual' || artifacts.definitions === undefined) return;
  const definitions = await keptDefinitions(store.artifacts, principal.tenant, artifacts.definitions);
  checkToolChanges(definitions, document.tools);
}
