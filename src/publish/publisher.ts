import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { DocumentOf, ServerKind } from '../catalog/server-document.ts';
import type { ServerVersion } from '../catalog/server-version.ts';
import type { Env, Settings } from '../env.ts';
import type { Principal } from '../principal.ts';
import type { CapabilityExports } from '../runtime/isolate.ts';

/** Who publishes a server, where, and with what. */
export interface Publisher {
  readonly env: Env;
  readonly settings: Settings;
  /** The entrypoints of this Worker (`ctx.exports`). */
  readonly exports: CapabilityExports;
  /** The gateway's own origin. */
  readonly origin: string;
  readonly principal: Principal;
  readonly store: CatalogStore;
}

/** What a version is to be, once its document has proved good. */
export type Prepared = Omit<ServerVersion, 'author' | 'reason'>;

/**
 * Makes of a document of one kind what can be saved: checks what the schema cannot, and keeps what is too large for it as artifacts.
 * @throws GatehouseError `server_invalid`, naming what is wrong and what would be right.
 */
export type Prepare<Kind extends ServerKind> = (
  document: DocumentOf<Kind>,
  publisher: Publisher,
) => Promise<Prepared>;
