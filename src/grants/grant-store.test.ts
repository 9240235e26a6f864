import { expect, test } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import { settingsOf } from '../env.ts';
import { type GrantRecord, type GrantStore, withGrantStores } from './grant-store.ts';
import { userIdOf } from './user-id.ts';

const ADA = { tenant: 'acme', subject: 'ada' };

/** A store in memory, of one user. */
class MemoryStore implements GrantStore {
  readonly records = new Map<string, GrantRecord>();

  async readGrant(key: string) {
    return this.records.get(key) ?? null;
  }

  async writeGrant(key: string, record: GrantRecord) {
    this.records.set(key, record);
  }

  async deleteGrant(key: string) {
    this.records.delete(key);
  }

  async listGrants(prefix: string) {
    const keys = [...this.records.keys()].filter(key => key.startsWith(prefix)).sort();
    return keys.map(key => ({ key, metadata: this.records.get(key)?.metadata ?? null }));
  }
}

/** KV as it may be at its worst: a read shows what was there when the key was first read. */
function staleKv(): KVNamespace & { touched: string[] } {
  const values = new Map<string, string>();
  const seen = new Map<string, string | null>();
  const touched: string[] = [];
  const kv = {
    touched,
    async get(key: string) {
      touched.push(key);
      if (!seen.has(key)) seen.set(key, values.get(key) ?? null);
      return seen.get(key);
    },
    async put(key: string, value: string) {
      touched.push(key);
      values.set(key, value);
    },
    async delete(key: string) {
      touched.push(key);
      values.delete(key);
    },
    async list() {
      return { keys: [], list_complete: true };
    },
  };
  return kv as unknown as KVNamespace & { touched: string[] };
}

function namespace() {
  const OAUTH_KV = staleKv();
  const env = fakeEnv({ OAUTH_KV });
  const store = new MemoryStore();
  const userId = userIdOf(settingsOf(env).keyRing, ADA);
  return { kv: withGrantStores(env, () => store).OAUTH_KV, stale: OAUTH_KV, store, userId };
}

test('grants and tokens are kept in the account of their user, and KV hears nothing of them', async () => {
  const { kv, stale, userId } = namespace();
  for (const key of [`grant:${userId}:g1`, `token:${userId}:g1:hash`]) {
    await kv.put(key, '{"a":1}', { expirationTtl: 60, metadata: { clientId: 'c' } });
    expect(await kv.get(key)).toBe('{"a":1}');
    expect(await kv.get(key, { type: 'json' })).toEqual({ a: 1 });
  }
  expect((await kv.list({ prefix: `grant:${userId}:` })).keys).toEqual([
    { name: `grant:${userId}:g1`, metadata: { clientId: 'c' } },
  ]);
  expect(stale.touched).toEqual([]);
});

test('what was deleted is gone at once, however old the reads of KV are', async () => {
  const { kv, userId } = namespace();
  const key = `token:${userId}:g1:hash`;
  await kv.put(key, '{}');
  expect(await kv.get(key)).toBe('{}');
  await kv.delete(key);
  expect(await kv.get(key)).toBeNull();
});

test('everything else stays in KV', async () => {
  const { kv, stale, store } = namespace();
  await kv.put('client:c', '{"clientId":"c"}');
  expect(await kv.get('client:c')).toBe('{"clientId":"c"}');
  expect(stale.touched).toEqual(['client:c', 'client:c']);
  expect(store.records.size).toBe(0);
});

test('what is looked up by more than KV takes as a key is not there', async () => {
  const { kv, stale } = namespace();
  expect(await kv.get(`client:${'x'.repeat(505)}`)).toBeNull();
  expect(stale.touched).toHaveLength(1);
  expect(await kv.get(`client:${'x'.repeat(506)}`)).toBeNull();
  expect(await kv.get(`client:${'é'.repeat(253)}`)).toBeNull();
  expect(stale.touched).toHaveLength(1);
});

test('a user id that we never made is nobody: nothing is read, written or found', async () => {
  const { kv, stale, store } = namespace();
  const key = 'grant:k1.x.y.z:g1';
  await kv.put(key, '{}');
  expect(await kv.get(key)).toBeNull();
  expect((await kv.list({ prefix: 'grant:k1.x.y.z:' })).keys).toEqual([]);
  await kv.delete(key);
  expect([store.records.size, stale.touched]).toEqual([0, []]);
});

test('a time to live becomes a time of expiry', async () => {
  const { kv, store, userId } = namespace();
  const before = Math.floor(Date.now() / 1000);
  await kv.put(`token:${userId}:g:h`, '{}', { expirationTtl: 60 });
  await kv.put(`grant:${userId}:g`, '{}', { expiration: 4_000_000_000 });
  await kv.put(`grant:${userId}:h`, '{}');
  const expiries = [...store.records.values()].map(record => record.expiresAt);
  expect(expiries[0]).toBeGreaterThanOrEqual(before + 60);
  expect(expiries.slice(1)).toEqual([4_000_000_000, null]);
});
