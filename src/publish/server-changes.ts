import { accountTrailOf } from '../audit/audit-trail.ts';
import type { AuditKind } from '../audit/event.ts';
import { versionConflict } from '../catalog/catalog-store.ts';
import type { ServerDocument } from '../catalog/server-document.ts';
import { forgetCatalogs } from '../catalog/tenant-catalog.ts';
import { GatehouseError } from '../errors.ts';
import { isMonorepoName } from '../runtime/hosted-servers.ts';
import { recordFirstDefinitions } from './first-definitions.ts';
import { prepare } from './prepare.ts';
import type { Publisher } from './publisher.ts';

type ChangeKind = Extract<AuditKind, `server.${string}`>;

/** A version that is in use now. */
export interface Saved {
  readonly version: number;
  /** What whoever saved it should know. */
  readonly notes: readonly string[];
}

/**
 * What somebody changes about the servers of their organisation. Each change is on record, in the trail of whoever makes it, before
 * it is made; what cannot be recorded is not done. Sessions that are open see it within CATALOG_CACHE_MS.
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
   * @throws GatehouseError `server_invalid`, `version_conflict`, `audit_unavailable`.
   */
  async save(document: ServerDocument, basedOn: number, reason: string): Promise<Saved> {
    const { env, store, principal } = this.#publisher;
    const inUse = (await store.read(document.name))?.version ?? 0;
    if (inUse !== basedOn) throw versionConflict(document.name);
    const prepared = await prepare(document, this.#publisher);
    const saved = { ...prepared, author: principal.subject, reason };
    const kind = basedOn === 0 ? 'server.created' : 'server.updated';
    const beforehand = (version: number) => this.#record(kind, document.name, version);
    const version = await store.save(saved, basedOn, Date.now(), beforehand);
    forgetCatalogs(env);
    await recordFirstDefinitions(document, this.#publisher);
    return { version, notes: prepared.notes ?? [] };
  }

  /**
   * Takes a server out of use, or puts it back. A server of the monorepo that nobody has changed gets a version to be disabled by.
   * @throws GatehouseError `server_unknown`, `audit_unavailable`.
   */
  async enable(name: string, isEnabled: boolean): Promise<void> {
    const { env, store } = this.#publisher;
    const entry = await store.read(name);
    if (entry?.isEnabled === isEnabled) return;
    if (!entry && !isMonorepoName(name)) throw unknownServer(name);
    if (!entry && isEnabled) return;
    const version = entry?.version ?? (await this.#firstVersion(name));
    await this.#record(isEnabled ? 'server.enabled' : 'server.disabled', name, version);
    await store.enable(name, isEnabled);
    forgetCatalogs(env);
  }

  /**
   * Puts an earlier version, or a later one again, in use.
   * @throws GatehouseError `server_unknown`, `version_unknown`, `audit_unavailable`.
   */
  async rollBack(name: string, version: number): Promise<void> {
    const { env, store } = this.#publisher;
    const there = (await store.versions(name)).map(each => each.version);
    if (there.length === 0) throw unknownServer(name);
    if (!there.includes(version)) throw unknownVersion(name, version, there);
    await this.#record('server.rolled-back', name, version);
    await store.activate(name, version);
    forgetCatalogs(env);
  }

  async #firstVersion(name: string): Promise<number> {
    return (await this.save({ kind: 'hosted', name, tools: {} }, 0, 'Disabled.')).version;
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

/** There is no such server for whoever asks. */
export function unknownServer(name: string): GatehouseError {
  return new GatehouseError('server_unknown', `There is no server "${name}" in your organisation's catalog.`);
}

function unknownVersion(name: string, version: number, there: readonly number[]): GatehouseError {
  const versions = there.toSorted((a, b) => a - b).join(', ');
  return new GatehouseError(
    'version_unknown',
    `The server "${name}" has no version ${version}. Its versions are: ${versions}.`,
  );
}
