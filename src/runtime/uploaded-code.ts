import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import type { IsolateCode } from './isolate.ts';

/** The code of a server that an operator has uploaded. */
export function uploadedCode(_entry: CatalogEntry, _store: CatalogStore): IsolateCode {
  throw new Error('uploaded servers are not there yet');
}
