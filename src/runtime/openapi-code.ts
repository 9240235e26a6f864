import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import type { IsolateCode } from './isolate.ts';

/** The code and data of an OpenAPI server. */
export function openapiCode(_entry: CatalogEntry, _store: CatalogStore): IsolateCode {
  throw new Error('OpenAPI servers are not there yet');
}
