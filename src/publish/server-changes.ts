import { accountTrailOf } from '../audit/audit-trail.ts';
import type { AuditKind } from '../audit/event.ts';
import { versionConflict } from '../catalog/catalog-store.ts';
import { announceListChange } from '../catalog/list-changes.ts';
import type { ServerDocument } from '../catalog/server-document.ts';
import type { CatalogEntry, VersionEntry } from '../catalog/server-version.ts';
import { forgetCatalogs } from '../catalog/tenant-catalog.ts';
import { GatehouseError } from '../errors.ts';
import { isMonorepoName } from '../runtime/hosted-servers.ts';
import { recordFirstDefinitions } from './first-definitions.ts';
import { prepare } from './prepare.ts';
import type { Publisher } from './publisher.ts';
import { unknownServer } from './refusal.ts';
import { checkStanding } from './standing-checks.ts';
import { refuseMember } from './virtual.ts';

type ChangeKind = Extract<AuditKind, `server.${string}`>;

/** A version that is in use now. */
export interface Saved {
  readonly version: number;
  /** What whoever saved it should know. */
  readonly notes: readonly string[];
}

/**
 * What somebody changes about the servers of their organisation. Each change is on record, in the trail of whoever makes it, before
 * it is made; what cannot be recorded is not done. Sessions that are open see it within CATALOG_CACHE_MS, and their streams tell of it.
 */
export class ServerChanges {
  readonly #publisher: Publisher;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /**
   * Saves a document as the version of its server that is in use.
   * @param basedOn the version that it was made from; 0 for a new server.
   * @param reason why, in the words of whoever changes it.
   * @param isEnabled whether a new server is in use from then on.
   * @throws GatehouseError `server_invalid`, `version_conflict`, `catalog_full`, `audit_unavailable`.
   */
  async save(document: ServerDocument, basedOn: number, reason: string, isEnabled = true): Promise<Saved> {
    const { store, principal } = this.#publisher;
    const { name } = document;
    const inUse = (await store.read(name))?.version ?? 0;
    if (inUse !== basedOn) throw versionConflict(name);
    try {
      const prepared = await prepare(document, this.#publisher);
      const saved = { ...prepared, author: principal.subject, reason };
      const kinds = kindsOf(basedOn, isEnabled);
      const beforehand = async (version: number) => {
        for (const kind of kinds) await this.#record(kind, name, version);
      };
      const version = await store.save(saved, basedOn, Date.now(), { isEnabled, beforehand });
      await this.#announce();
      await recordFirstDefinitions(document, this.#publisher);
      return { version, notes: prepared.notes ?? [] };
    } finally {
      store.artifacts.dropStaged();
    }
  }

  /**
   * Takes a server out of use, or puts it back. A server of the monorepo that nobody has changed gets a version to be disabled by.
   * @throws GatehouseError `server_unknown`, `audit_unavailable`.
   */
  async enable(name: string, isEnabled: boolean): Promise<void> {
    const { store } = this.#publisher;
    const entry = await store.read(name);
    if (entry?.isEnabled === isEnabled) return;
    if (!entry && !isMonorepoName(name)) throw unknownServer(name);
    if (!entry && isEnabled) return;
    if (!entry) return void (await this.save({ kind: 'hosted', name, tools: {} }, 0, 'Disabled.', false));
    await this.#record(isEnabled ? 'server.enabled' : 'server.disabled', name, entry.version);
    await store.enable(name, isEnabled);
    await this.#announce();
  }

  /**
   * Puts an earlier version, or a later one again, in use, where it is still good.
   * @param basedOn the version that whoever asks takes to be in use; whichever is, where it is left out.
   * @throws GatehouseError `server_unknown`, `version_unknown`, `version_conflict`, `server_invalid`, `audit_unavailable`.
   */
  async rollBack(name: string, version: number, basedOn?: number): Promise<void> {
    const { store } = this.#publisher;
    const inUse = await this.#inUse(name, basedOn);
    const versions = await store.versions(name);
    const found = versions.find(each => each.version === version);
    if (!found) throw unknownVersion(name, version, versions);
    await checkStanding(found.saved.document, this.#publisher);
    await this.#record('server.rolled-back', name, version);
    await store.activate(found, inUse.version);
    await this.#announce();
  }

  /**
   * Deletes a server with all of its versions and with what was decided of its definitions; one of the monorepo is as it comes again.
   * @param basedOn see {@link rollBack}.
   * @throws GatehouseError `server_unknown`, `version_conflict`, `server_invalid`, `audit_unavailable`.
   */
  async delete(name: string, basedOn?: number): Promise<void> {
    const { store } = this.#publisher;
    const { kind, version } = await this.#inUse(name, basedOn);
    if (kind !== 'hosted') await refuseMember(name, store);
    await this.#record('server.deleted', name, version);
    await store.delete(name, version);
    await this.#announce();
  }

  async #announce(): Promise<void> {
    const { env, principal } = this.#publisher;
    forgetCatalogs(env);
    await announceListChange(env, principal.tenant);
  }

  async #inUse(name: string, basedOn: number | undefined): Promise<CatalogEntry> {
    const entry = await this.#publisher.store.read(name);
    if (!entry) throw unknownServer(name);
    if (basedOn !== undefined && entry.version !== basedOn) throw versionConflict(name);
    return entry;
  }

  async #record(kind: ChangeKind, server: string, version: number): Promise<void> {
    const { env, principal } = this.#publisher;
    const { subject: user, client, installation } = principal;
    await accountTrailOf(env, principal).record({
      kind,
      user,
      server,
      version,
      client,
      installation: installation.id,
    });
  }
}

/** What a save is, on record. */
function kindsOf(basedOn: number, isEnabled: boolean): readonly ChangeKind[] {
  if (basedOn !== 0) return ['server.updated'];
  return isEnabled ? ['server.created'] : ['server.created', 'server.disabled'];
}

function unknownVersion(name: string, version: number, there: readonly VersionEntry[]): GatehouseError {
  const versions = there
    .map(each => each.version)
    .toSorted((a, b) => a - b)
    .join(', ');
  return new GatehouseError(
    'version_unknown',
    `The server "${name}" has no version ${version}. Its versions are: ${versions}.`,
  );
}
