import { utf8 } from '../crypto/bytes.ts';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import { type ProvenClient, withKnownClients } from './clients/client-overlay.ts';
import type { Site } from './resources.ts';
import { type UserName, userOf } from './user-id.ts';

/** One record of the authorization library: a grant or an access token, as it would stand in KV. */
export interface GrantRecord {
  readonly value: string;
  readonly metadata: string | null;
  /** Unix time in seconds; null for a record that does not expire by itself. */
  readonly expiresAt: number | null;
}

/** Where one user's grants and access tokens are kept; the account object implements it. */
export interface GrantStore {
  readGrant(key: string): Promise<GrantRecord | null>;
  writeGrant(key: string, record: GrantRecord): Promise<void>;
  deleteGrant(key: string): Promise<void>;
  /** Keys that begin with a prefix, with their metadata, in order. */
  listGrants(prefix: string): Promise<{ readonly key: string; readonly metadata: string | null }[]>;
}

/** Whose token request it is, and at which authorization server it came in. */
export interface TokenRequestPlace {
  readonly owner: UserName;
  readonly site: Site;
  /** The client, where it is one of `OAUTH_CLIENTS` that has proved who it is. */
  readonly proven: ProvenClient | null;
}

/** Serves token requests of one user, one at a time; the account object implements it. */
export interface TokenRequests {
  serveTokenRequest(request: Request, place: TokenRequestPlace): Promise<Response>;
}

/** The key of a grant or token: `grant:<user>:<grant>` or `token:<user>:<grant>:<hash>`. */
const USER_KEY = /^(?:grant|token):([^:]*)/;

/** KV refuses longer keys, so nothing is stored under one. Clients choose what they are looked up by. */
const MAX_KV_KEY_BYTES = 512;

/** The account object of a user, as the store of their grants. */
export function accountOf(env: Env, { tenant, subject }: UserName): GrantStore & TokenRequests {
  return accountObject<GrantStore & TokenRequests>(env, { tenant, subject });
}

/** The environment of the authorization library, with users' records in their accounts, and the known clients. */
export function withGrantStores(
  env: Env,
  storeOf = (user: UserName): GrantStore => accountOf(env, user),
  proven: ProvenClient | null = null,
): Env {
  const { keyRing } = settingsOf(env);
  const stores = (key: string): GrantStore | null | undefined => {
    const userId = USER_KEY.exec(key)?.[1];
    if (userId === undefined) return undefined;
    const user = userOf(keyRing, userId);
    return user && storeOf(user);
  };
  return { ...env, OAUTH_KV: grantNamespace(withKnownClients(env, proven), stores) };
}

/**
 * A KV namespace that keeps grants and tokens where reads are never stale and one user's writes come one after the other;
 * everything else (clients, consent pages) stays in KV. A record of a user that we never named is not there.
 */
function grantNamespace(
  kv: KVNamespace,
  storeFor: (key: string) => GrantStore | null | undefined,
): KVNamespace {
  const namespace = {
    async get(key: string, options?: { type?: string }) {
      const store = storeFor(key);
      if (store === undefined) return isKvKey(key) ? kv.get(key, options as never) : null;
      const record = await store?.readGrant(key);
      if (!record) return null;
      return options?.type === 'json' ? JSON.parse(record.value) : record.value;
    },
    async put(key: string, value: string, options: KVNamespacePutOptions = {}) {
      const store = storeFor(key);
      if (store === undefined) return kv.put(key, value, options);
      const { expiration, expirationTtl, metadata } = options;
      const expiresAt = expiration ?? (expirationTtl === undefined ? null : nowSeconds() + expirationTtl);
      await store?.writeGrant(key, {
        value,
        metadata: metadata ? JSON.stringify(metadata) : null,
        expiresAt,
      });
    },
    async delete(key: string) {
      const store = storeFor(key);
      return store === undefined ? kv.delete(key) : store?.deleteGrant(key);
    },
    async list(options: KVNamespaceListOptions = {}) {
      const store = storeFor(options.prefix ?? '');
      if (store === undefined) return kv.list(options);
      const found = (await store?.listGrants(options.prefix ?? '')) ?? [];
      const keys = found.map(({ key, metadata }) => ({
        name: key,
        metadata: metadata && JSON.parse(metadata),
      }));
      return { keys, list_complete: true, cacheStatus: null };
    },
  };
  return namespace as unknown as KVNamespace;
}

function isKvKey(key: string): boolean {
  return utf8(key).length <= MAX_KV_KEY_BYTES;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
