import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { DocumentOf, ServerDocument, ServerKind } from '../catalog/server-document.ts';
import type { ServerVersion } from '../catalog/server-version.ts';

type Restore<Kind extends ServerKind> = (
  document: DocumentOf<Kind>,
  version: ServerVersion,
  store: CatalogStore,
) => Promise<DocumentOf<Kind>>;

const asItIs = async <Document>(document: Document) => document;

/** How the document of each kind comes back, as its operator wrote it. */
const RESTORED: { readonly [Kind in ServerKind]: Restore<Kind> } = {
  hosted: asItIs,
  remote: asItIs,
  virtual: asItIs,
  openapi: async (document, { artifacts: { source } }, { artifacts }) => {
    // Whoever gave an address means what is there.
    if (document.sourceUrl !== undefined || source === undefined) return document;
    return { ...document, source: await artifacts.get(source) };
  },
  code: async (document, { artifacts: { modules } }, { artifacts }) =>
    modules === undefined ? document : { ...document, modules: await artifacts.get(modules) },
};

/**
 * The document of a version with all that was taken out of it to be stored. It has no secrets: what was registered with others is no
 * part of documents.
 * @throws GatehouseError `artifact_missing`, `sealed_unreadable`.
 */
export function restoredDocument(version: ServerVersion, store: CatalogStore): Promise<ServerDocument> {
  const { document } = version;
  const restore = RESTORED[document.kind] as Restore<ServerKind>;
  return restore(document as never, version, store);
}
