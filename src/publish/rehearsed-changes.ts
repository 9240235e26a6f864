import { keptDefinitions } from '../catalog/kept-definitions.ts';
import type { DocumentOf, ServerDocument } from '../catalog/server-document.ts';
import type { VersionArtifacts } from '../catalog/server-version.ts';
import { checkModules } from './code-modules.ts';
import { PlannedStore } from './planned-store.ts';
import { prepare } from './prepare.ts';
import type { Prepared, Publisher } from './publisher.ts';
import type { ServerChanges } from './server-changes.ts';
import { checkStanding } from './standing-checks.ts';
import { checkToolChanges } from './tool-changes.ts';

/**
 * Changes that are only tried, one after the other, each with those before it. All is checked that a real one checks, but for what needs
 * to fetch something or to run uploaded code.
 */
export class RehearsedChanges implements Pick<ServerChanges, 'save' | 'enable'> {
  readonly #publisher: Publisher;
  readonly #store: PlannedStore;

  constructor(publisher: Publisher) {
    this.#store = new PlannedStore(publisher);
    this.#publisher = { ...publisher, store: this.#store };
  }

  /** @returns the version that it would be. @throws GatehouseError `server_invalid`. */
  async save(document: ServerDocument, basedOn: number, reason: string, isEnabled = true) {
    const { name, kind } = document;
    const prepared = await this.#prepared(document);
    const version = basedOn + 1;
    const current = { ...prepared, author: this.#publisher.principal.subject, reason };
    this.#store.plan({ name, kind, version, isEnabled, savedAtMs: Date.now(), current });
    return { version, notes: prepared.notes ?? [] };
  }

  async enable(): Promise<void> {}

  async #prepared(document: ServerDocument): Promise<Prepared> {
    // What a description offers is known from itself; only its address would have to be asked.
    if (document.kind === 'openapi' && !isFetched(document)) return prepare(document, this.#publisher);
    await checkStanding(document, this.#publisher);
    const artifacts = document.kind === 'code' ? await this.#checkCode(document) : {};
    return { document, artifacts };
  }

  /** What modules offer is known where they are those of the version in use. */
  async #checkCode(document: DocumentOf<'code'>): Promise<VersionArtifacts> {
    const { settings, principal } = this.#publisher;
    checkModules(document, settings);
    const current = (await this.#store.read(document.name))?.current;
    const modules = await this.#store.artifacts.put(document.modules);
    if (current?.document.kind !== 'code' || current.artifacts.modules !== modules) return {};
    const { definitions } = current.artifacts;
    if (current.document.mainModule !== document.mainModule || definitions === undefined) return {};
    const known = await keptDefinitions(this.#store.artifacts, principal.tenant, definitions);
    checkToolChanges(known, document.tools);
    return current.artifacts;
  }
}

function isFetched({ source, sourceUrl }: DocumentOf<'openapi'>): boolean {
  return sourceUrl !== undefined && source === undefined;
}
