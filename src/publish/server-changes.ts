import type { ServerDocument } from '../catalog/server-document.ts';
import { forgetCatalogs } from '../catalog/tenant-catalog.ts';
import { prepare } from './prepare.ts';
import type { Publisher } from './publisher.ts';

/** What somebody changes about the servers of their organisation. */
export class ServerChanges {
  readonly #publisher: Publisher;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /**
   * Saves a document as the version of its server that is in use.
   * @param basedOn the version that it was made from; 0 for a new server.
   * @returns the new version.
   * @throws GatehouseError `server_invalid`, `version_conflict`.
   */
  async save(document: ServerDocument, basedOn: number, reason: string): Promise<number> {
    const { env, store, principal } = this.#publisher;
    const prepared = await prepare(document, this.#publisher);
    const saved = { ...prepared, author: principal.subject, reason };
    const version = await store.save(saved, basedOn, Date.now());
    forgetCatalogs(env);
    return version;
  }
}
