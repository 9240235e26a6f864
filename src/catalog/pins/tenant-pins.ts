import { toBase64url, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { type Env, settingsOf } from '../../env.ts';
import { BoundedCache } from '../bounded-cache.ts';
import { type PinnedServer, PinStore } from './pin-store.ts';
import type { Pins } from './pinned.ts';

/** Of all pins that an isolate remembers, as JSON. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Of the digest of an address, enough to tell those of one server apart. */
const SOURCE_LENGTH = 16;

interface Known {
  readonly revision: number;
  readonly pins: Pins;
  /** Until when it is taken as it is. */
  untilMs: number;
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

/** The pins of a server as of at most CATALOG_CACHE_MS ago; null where nothing was ever recorded. */
export async function pinsOf(env: Env, tenant: string, pinnedServer: PinnedServer): Promise<Pins | null> {
  const cache = caches.get(env) ?? new BoundedCache<Known>(MAX_BYTES);
  caches.set(env, cache);
  const key = keyOf(tenant, pinnedServer);
  const known = cache.get(key);
  if (known && known.untilMs > Date.now()) return known.pins;
  const store = pinStoreOf(env, tenant);
  const revision = await store.revision(pinnedServer);
  if (revision === null) return null;
  const untilMs = Date.now() + settingsOf(env).CATALOG_CACHE_MS;
  if (known?.revision === revision) {
    known.untilMs = untilMs;
    return known.pins;
  }
  const all = await store.read([pinnedServer]);
  const pins = { items: new Map(all.map(pin => [pin.hash, pin])) };
  const bytes = all.reduce((sum, { definition }) => sum + JSON.stringify(definition).length, 0);
  cache.set(key, { revision, pins, untilMs }, bytes);
  return pins;
}

/** Has a server's pins read anew: this isolate has just changed them. */
export function forgetPins(env: Env, tenant: string, pinnedServer: PinnedServer): void {
  caches.get(env)?.delete(keyOf(tenant, pinnedServer));
}

function keyOf(tenant: string, { server, source }: PinnedServer): string {
  return JSON.stringify([tenant, server, source]);
}
