import { CatalogStore } from '../catalog/catalog-store.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import type { Publisher } from './publisher.ts';

/** A catalog as it would be with servers that are only planned: these are kept here, and never stored. */
export class PlannedStore extends CatalogStore {
  readonly #planned = new Map<string, CatalogEntry>();

  constructor({ env, settings, principal }: Publisher) {
    super(env, settings.keyRing, principal.tenant, settings.CATALOG_MAX_BYTES);
  }

  plan(entry: CatalogEntry): void {
    this.#planned.set(entry.name, entry);
  }

  override async list(): Promise<CatalogEntry[]> {
    const entries = new Map((await super.list()).map(entry => [entry.name, entry]));
    return [...new Map([...entries, ...this.#planned]).values()];
  }

  override async read(name: string): Promise<CatalogEntry | null> {
    return this.#planned.get(name) ?? (await super.read(name));
  }
}
