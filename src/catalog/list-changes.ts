import { type Env, settingsOf } from '../env.ts';
import { reportFault } from '../errors.ts';
import { objectsBeside } from '../session-key/jurisdiction.ts';
import { tenantObject } from '../session-key/tenant-objects.ts';

/** What whoever reads streams is told when it says so. */
export interface ListWatch {
  /** When something last changed that lists may show, as the tenant counts it: Unix time in milliseconds, each later than the one before. */
  readonly changedAtMs: number;
  /** Names this watch among those of the same object. */
  readonly ticket: number;
}

/** Knows the session objects whose clients read streams, and tells them of changes; the tenant object implements it. */
export interface ListWatcher {
  /** An object has an open stream. From now on it is told of every change. */
  watchLists(object: string): Promise<ListWatch>;
  /** The object has no open stream any more, unless it has said again that it has one. */
  unwatchLists(object: string, ticket: number): Promise<void>;
  /** Something has changed that lists may show. Resolves once it is certain that every open stream will be told. */
  listsChanged(): Promise<void>;
}

/** An object with open streams; the session object implements it. */
export interface ListReader {
  /**
   * Lists may show something else than before.
   * @returns false where there is no open stream any more.
   */
  tellListsChanged(changedAtMs: number): Promise<boolean>;
}

/** Who tells the sessions of an organisation that lists have changed. */
export function listWatcherOf(env: Env, tenant: string): ListWatcher {
  return tenantObject<ListWatcher>(env, tenant);
}

/** A session object, as one that is told. @param tenant the id of the tenant object that tells it. */
export function listReaderOf(env: Env, tenant: DurableObjectId, object: string): ListReader {
  return objectsBeside(env, env.MCP_SESSION, tenant).getByName(object) as unknown as ListReader;
}

/**
 * Has every open stream of an organisation told that its lists may have changed. The change itself is made, and holds for every call, so
 * that streams cannot be told is reported and fails nothing.
 */
export async function announceListChange(env: Env, tenant: string): Promise<void> {
  await listWatcherOf(env, tenant)
    .listsChanged()
    .catch(error => reportFault('streams_not_told', error));
}

/** How long after a change some isolate may still show what was before. */
export function listLagMs(env: Env): number {
  const { CATALOG_CACHE_MS, POLICY_CACHE_MS } = settingsOf(env);
  return Math.max(CATALOG_CACHE_MS, POLICY_CACHE_MS);
}
