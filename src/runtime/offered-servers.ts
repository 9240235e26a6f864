import { byName, type Offer, type ServerEntry, type VirtualServer } from '../catalog/catalog.ts';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { DocumentOf, ServerKind } from '../catalog/server-document.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { catalogStoreOf, tenantCatalogOf } from '../catalog/tenant-catalog.ts';
import { type Env, isDevelopment, type Settings, settingsOf } from '../env.ts';
import { connectionsOf, tenantConnectionsOf } from '../vault/connections-setting.ts';
import { remoteConnectionId } from '../vault/remote-connection.ts';
import { HOSTED_SERVERS, type HostedServer, isMonorepoName } from './hosted-servers.ts';
import type { IsolateCode } from './isolate.ts';
import type { Manifest } from './manifest.ts';
import { openapiCode } from './openapi-code.ts';
import { uploadedCode } from './uploaded-code.ts';

/** A server that runs in isolates of ours. */
export interface IsolatedServer extends ServerEntry {
  readonly kind: 'hosted' | 'openapi' | 'code';
  readonly code: IsolateCode;
  /** The artifact of its definitions; null for those of the monorepo, which are read from the server itself. */
  readonly definitions: string | null;
}

/** A server on the network. */
export interface RemoteServer extends ServerEntry {
  readonly kind: 'remote';
  readonly url: string;
}

export type OfferedServer = IsolatedServer | RemoteServer;

/**
 * The servers of the monorepo that this gateway offers. One that declares connections is there as soon as whoever deploys it has set
 * up one of them: without any, its tools could do nothing.
 * @param tenant whose servers; with null those that any organisation has.
 * @throws GatehouseError `setting_invalid` of CONNECTIONS.
 */
export function hostedOffer(env: Env, tenant: string | null): readonly IsolatedServer[] {
  const defined = tenant === null ? connectionsOf(env) : tenantConnectionsOf(env, tenant);
  const connections = new Set(defined.map(({ id }) => id));
  const isHere = availableIn(isDevelopment(settingsOf(env)));
  return byName(
    HOSTED_SERVERS.filter(server => isHere(server) && isSetUp(server, connections)).map(isolated),
  );
}

/** What was made of a catalog, for as long as it is not read anew. */
const offers = new WeakMap<readonly CatalogEntry[], Offer<OfferedServer>>();

/** All that a tenant has on offer: the monorepo's servers as its operators want them shown, and those that they have added. */
export async function offerOf(env: Env, tenant: string): Promise<Offer<OfferedServer>> {
  const catalog = await tenantCatalogOf(env, tenant);
  const offer = offers.get(catalog) ?? offerOfCatalog(env, tenant, catalog);
  offers.set(catalog, offer);
  return offer;
}

function offerOfCatalog(env: Env, tenant: string, catalog: readonly CatalogEntry[]): Offer<OfferedServer> {
  const entries = catalog.filter(shadowsNothing);
  const store = catalogStoreOf(env, tenant);
  const changed = new Map(entries.map(entry => [entry.name, entry]));
  const hosted = hostedOffer(env, tenant)
    .filter(({ name }) => changed.get(name)?.isEnabled !== false)
    .map(server => withChanges(server, changed.get(server.name)));
  const enabled = entries.filter(({ isEnabled }) => isEnabled);
  const added = enabled.flatMap(entry => ADDED[entry.kind](entry, store, settingsOf(env)));
  const virtual = enabled.flatMap(entry => (entry.kind === 'virtual' ? [virtualServer(entry)] : []));
  return { servers: byName([...hosted, ...added]), virtual };
}

/** A deployment may bring a server whose name an organisation has given already. What everybody knows by it goes. */
function shadowsNothing({ kind, name }: CatalogEntry): boolean {
  return kind === 'hosted' || !isMonorepoName(name);
}

type Add = (entry: CatalogEntry, store: CatalogStore, settings: Settings) => OfferedServer[];

/** What each kind of entry adds to the servers there are. */
const ADDED: Readonly<Record<ServerKind, Add>> = {
  hosted: () => [],
  virtual: () => [],
  openapi: (entry, store) => [running(entry, openapiCode(entry, store))],
  code: (...added) => [running(added[0], uploadedCode(...added))],
  remote: entry => [remoteServer(entry)],
};

/** Whether a server declares no connections, or one that is among these. */
export function isSetUp(
  { connections }: Pick<Manifest, 'connections'>,
  defined: ReadonlySet<string>,
): boolean {
  return connections.length === 0 || connections.some(id => defined.has(id));
}

/** What is there for other servers to be made of is no server by itself. */
export function availableIn(development: boolean): (server: Pick<Manifest, 'availability'>) => boolean {
  return ({ availability }) => availability === 'always' || (development && availability === 'development');
}

function isolated(server: HostedServer): IsolatedServer {
  const { name, title, description, codeHash, connections, tools, callTimeoutMs } = server;
  const entry = { name, title, description, codeHash, connections, tools, callTimeoutMs };
  return { ...entry, kind: 'hosted', code: server, definitions: null };
}

function withChanges(server: IsolatedServer, entry: CatalogEntry | undefined): IsolatedServer {
  const document = entry?.current.document;
  if (document?.kind !== 'hosted') return server;
  const { title = server.title, description = server.description, tools, callTimeoutMs = null } = document;
  return { ...server, title, description, tools, callTimeoutMs };
}

function running(entry: CatalogEntry, code: IsolateCode): IsolatedServer {
  const { document, artifacts } = entry.current;
  const { kind } = document;
  if (kind !== 'openapi' && kind !== 'code') throw new Error(`a ${kind} server runs in no isolate`);
  const shown = shownEntry(document);
  const { codeHash, connections } = code;
  return { ...shown, kind, codeHash, connections, code, definitions: artifacts.definitions ?? null };
}

function remoteServer({ version, savedAtMs, current: { document } }: CatalogEntry): RemoteServer {
  if (document.kind !== 'remote') throw new Error(`a ${document.kind} server is no remote`);
  const { name, auth } = document;
  const connections = [auth.kind === 'connection' ? auth.connection : remoteConnectionId(name)];
  // A server that was deleted and added again has versions of the same numbers.
  const codeHash = `v${version}.${savedAtMs}`;
  return { ...shownEntry(document), kind: 'remote', codeHash, connections, url: document.url };
}

function shownEntry({
  name,
  title,
  description,
  tools,
  callTimeoutMs,
}: DocumentOf<'remote' | 'openapi' | 'code'>) {
  return { name, title, description, tools, callTimeoutMs: callTimeoutMs ?? null };
}

function virtualServer({ current: { document } }: CatalogEntry): VirtualServer {
  if (document.kind !== 'virtual') throw new Error(`a ${document.kind} server gathers nothing`);
  return document;
}
