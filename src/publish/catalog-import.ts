import { type ServerDocument, serverDocumentSchema } from '../catalog/server-document.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { GatehouseError, toRpcError } from '../errors.ts';
import { type CatalogFile, saysTheSame } from './catalog-file.ts';
import type { Publisher } from './publisher.ts';
import { invalid } from './refusal.ts';
import { RehearsedChanges } from './rehearsed-changes.ts';
import { restoredDocument } from './restored-document.ts';
import { ServerChanges } from './server-changes.ts';

/** What became of one server of a file, or would. */
export interface Imported {
  /** Its name, or its place in the file where it has none. */
  readonly name: string;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'failed';
  /** Whether it was put in or out of use; null where it is as the file says. */
  readonly becomes: 'enabled' | 'disabled' | null;
  /** Why it failed; null where it did not. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ImportOptions {
  /** Kept with each new version. */
  readonly reason: string;
  /** Whether it is only said what would happen, see {@link RehearsedChanges}. */
  readonly isDryRun: boolean;
}

/** Brings the servers of a file into a catalog. What is the same stays as it is; what the file does not name is left alone. */
export class CatalogImport {
  readonly #publisher: Publisher;
  readonly #changes: Pick<ServerChanges, 'save' | 'enable'>;
  readonly #reason: string;

  constructor(publisher: Publisher, { reason, isDryRun }: ImportOptions) {
    this.#publisher = publisher;
    this.#changes = isDryRun ? new RehearsedChanges(publisher) : new ServerChanges(publisher);
    this.#reason = reason;
  }

  /** Does all that it can. @returns what became of each server, in the order of the file. */
  async run({ servers, disabled }: CatalogFile): Promise<readonly Imported[]> {
    const outcomes = new Map<number, Imported>();
    const done = new Set<unknown>();
    for (const [place, server] of virtualLast(servers)) {
      const isTwice = done.has(server.name);
      done.add(server.name);
      outcomes.set(place, await this.#tried(place, server, isTwice, disabled));
    }
    return servers.flatMap((_, place) => outcomes.get(place) ?? []);
  }

  async #tried(
    place: number,
    server: CatalogFile['servers'][number],
    isTwice: boolean,
    disabled: readonly string[],
  ): Promise<Imported> {
    try {
      if (isTwice) throw invalid('name: the file has another server of this name before.');
      const document = checkedServer(server);
      return await this.#import(document, !disabled.includes(document.name));
    } catch (error) {
      const name = typeof server.name === 'string' ? server.name : `#${place + 1}`;
      return { name, outcome: 'failed', becomes: null, error: reasonOf(error) };
    }
  }

  async #import(document: ServerDocument, isEnabled: boolean): Promise<Imported> {
    const { name } = document;
    const entry = await this.#publisher.store.read(name);
    const isSame = entry !== null && (await this.#isSame(entry, document));
    if (!isSame) await this.#changes.save(document, entry?.version ?? 0, this.#reason, isEnabled);
    const isChanged = (entry?.isEnabled ?? true) !== isEnabled;
    if (entry && isChanged) await this.#changes.enable(name, isEnabled);
    const becomes = isEnabled ? 'enabled' : 'disabled';
    const outcome = isSame ? 'unchanged' : entry ? 'updated' : 'created';
    return { name, outcome, becomes: isChanged ? becomes : null, error: null };
  }

  async #isSame({ current }: CatalogEntry, document: ServerDocument): Promise<boolean> {
    return saysTheSame(await restoredDocument(current, this.#publisher.store), document);
  }
}

/** Servers with their places in the file, those last whose members have to be there before. */
function virtualLast(servers: CatalogFile['servers']) {
  const isVirtual = ({ kind }: CatalogFile['servers'][number]) => Number(kind === 'virtual');
  return [...servers.entries()].toSorted(([, a], [, b]) => isVirtual(a) - isVirtual(b));
}

function checkedServer(server: unknown): ServerDocument {
  const parsed = serverDocumentSchema.safeParse(server);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.')}: ${issue?.message}.`);
}

function reasonOf(error: unknown): Imported['error'] {
  const code = error instanceof GatehouseError ? error.code : 'internal_error';
  return { code, message: toRpcError(error).message };
}
