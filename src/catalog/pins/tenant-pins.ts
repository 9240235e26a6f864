import { toBase64url, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { type Env, settingsOf } from '../../env.ts';
import { BoundedCache } from '../bounded-cache.ts';
import { expired, type LastKnown, readOrLast } from '../last-known.ts';
import { type PinnedServer, PinStore } from './pin-store.ts';
import type { Pins } from './pinned.ts';

/** Of all pins that an isolate remembers, as JSON. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Of the digest of an address, enough to tell those of one server apart. */
const SOURCE_LENGTH = 16;

/** What was read of a server's pins. */
interface ReadPins {
  readonly revision: number;
  readonly pins: Pins;
  /** As JSON, about. */
  readonly bytes: number;
}

/** What is remembered of them; it stays the same object, so that it keeps its place in the cache. */
interface Known {
  last: LastKnown<ReadPins>;
}

const caches = new WeakMap<Env, BoundedCache<Known>>();

/** The pins of a tenant's servers, to be read and written. */
export function pinStoreOf(env: Env, tenant: string): PinStore {
  return new PinStore(env, settingsOf(env).keyRing, tenant);
}

/** What an address is known by among those of one server. */
export function sourceOf(url: string): string {
  return toBase64url(sha256(utf8(url))).slice(0, SOURCE_LENGTH);
}

/**
 * The pins of a server as of at most CATALOG_CACHE_MS ago; of CATALOG_STALE_MS where the database cannot be read.
 * @returns null where nothing was ever recorded.
 */
export async function pinsOf(env: Env, tenant: string, pinnedServer: PinnedServer): Promise<Pins | null> {
  const cache = cacheOf(env);
  const key = keyOf(tenant, pinnedServer);
  const known = cache.get(key);
  if (known && known.last.untilMs > Date.now()) return known.last.value.pins;
  const readAnew = () => readPins(pinStoreOf(env, tenant), pinnedServer, known?.last.value);
  const last = await readOrLast<ReadPins | null>(env, 'pins', known?.last, readAnew);
  const { value } = last;
  if (value === null) return null;
  if (known && value === known.last.value) known.last = { ...last, value };
  else cache.set(key, { last: { ...last, value } }, value.bytes);
  return value.pins;
}

/** Only what has changed since is read. */
async function readPins(
  store: PinStore,
  pinnedServer: PinnedServer,
  known: ReadPins | undefined,
): Promise<ReadPins | null> {
  const revision = await store.revision(pinnedServer);
  if (revision === null) return null;
  if (known?.revision === revision) return known;
  const all = await store.read([pinnedServer]);
  const pins = { items: new Map(all.map(pin => [pin.hash, pin])) };
  const bytes = all.reduce((sum, { definition }) => sum + JSON.stringify(definition).length, 0);
  return { revision, pins, bytes };
}

/** Has a server's pins read anew: this isolate has just changed them. */
export function forgetPins(env: Env, tenant: string, pinnedServer: PinnedServer): void {
  const known = cacheOf(env).get(keyOf(tenant, pinnedServer));
  if (known) known.last = expired(known.last);
}

/** Has all pins looked at again: some of them have just changed, and their revisions tell which. */
export function forgetAllPins(env: Env): void {
  for (const known of cacheOf(env).values()) known.last = expired(known.last);
}

function cacheOf(env: Env): BoundedCache<Known> {
  const cache = caches.get(env) ?? new BoundedCache<Known>(MAX_BYTES);
  caches.set(env, cache);
  return cache;
}

function keyOf(tenant: string, { server, source }: PinnedServer): string {
  return JSON.stringify([tenant, server, source]);
}
