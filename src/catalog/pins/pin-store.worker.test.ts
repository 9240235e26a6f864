import { env as bindings } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import type { Env } from '../../env.ts';
import { itemOf } from './definition-item.ts';
import { forgetPins, pinStoreOf, pinsOf, sourceOf } from './tenant-pins.ts';

const env = bindings as unknown as Env;
const AT = { server: 'far', source: sourceOf('https://far.example/mcp') };
const MOVED = { server: 'far', source: sourceOf('https://elsewhere.example/mcp') };
const tool = (name: string, description = 'Does it.') =>
  itemOf('tools', { name, description, inputSchema: { type: 'object' } });

let tenants = 0;
/** The pins of a tenant that has none yet. */
const fresh = () => {
  const tenant = `tenant-${tenants++}`;
  return { tenant, store: pinStoreOf(env, tenant) };
};

test('what is recorded first of a server is approved as it is', async () => {
  const { store } = fresh();
  expect(await store.record(AT, [tool('a'), tool('b')], 10)).toEqual([]);
  const pins = await store.read([AT]);
  expect(
    pins.map(({ name, state, foundAtMs, decision }) => [name, state, foundAtMs, decision]).sort(),
  ).toEqual([
    ['a', 'approved', 10, null],
    ['b', 'approved', 10, null],
  ]);
  expect(pins.find(({ name }) => name === 'a')).toMatchObject(tool('a'));
});

test('what comes later waits, and only once', async () => {
  const { store } = fresh();
  await store.record(AT, [tool('a')], 10);
  const changed = tool('a', 'Does something else.');
  expect(await store.record(AT, [tool('a'), changed, tool('c')], 20)).toEqual([changed, tool('c')]);
  expect(await store.record(AT, [changed], 30)).toEqual([]);
  expect((await store.page([AT], 'waiting', '', 10)).map(({ name }) => name).sort()).toEqual(['a', 'c']);
});

test('at another address everything waits, the same definitions too', async () => {
  const { store } = fresh();
  await store.record(AT, [tool('a')], 10);
  expect(await store.record(MOVED, [tool('a')], 20)).toEqual([tool('a')]);
  expect((await store.read([AT])).map(({ state }) => state)).toEqual(['approved']);
  expect(await store.record(MOVED, [tool('b')], 30)).toEqual([tool('b')]);
});

test('of two first readings at once one is the first, and what only the other has waits', async () => {
  const { store } = fresh();
  await Promise.all([store.record(AT, [tool('a')], 10), store.record(AT, [tool('b')], 10)]);
  const states = (await store.read([AT])).map(({ state }) => state).sort();
  expect(states).toEqual(['approved', 'waiting']);
});

test('a decision counts, with who made it and when, and a later one in its place', async () => {
  const { store } = fresh();
  await store.record(AT, [tool('a')], 10);
  await store.record(AT, [tool('b')], 20);
  const { hash } = tool('b');
  expect(await store.decide({ ...AT, hash }, 'approved', { by: 'olivia', atMs: 30 })).toBe(true);
  expect(await store.find({ ...AT, hash })).toMatchObject({
    state: 'approved',
    decision: { by: 'olivia', atMs: 30 },
  });
  await store.decide({ ...AT, hash }, 'refused', { by: 'ada', atMs: 40 });
  expect(await store.find({ ...AT, hash })).toMatchObject({
    state: 'refused',
    decision: { by: 'ada', atMs: 40 },
  });
  expect(await store.decide({ ...AT, hash: 'none' }, 'approved', { by: 'ada', atMs: 50 })).toBe(false);
});

test("another organisation's pins are not there", async () => {
  const [ours, theirs] = [fresh(), fresh()];
  await ours.store.record(AT, [tool('a')], 10);
  expect(await theirs.store.read([AT])).toEqual([]);
  expect(await theirs.store.decide({ ...AT, hash: tool('a').hash }, 'refused', { by: 'eve', atMs: 1 })).toBe(
    false,
  );
  expect(await pinsOf(env, theirs.tenant, AT)).toBeNull();
});

test('what is stored says nothing in the clear of what servers or operators said', async () => {
  const { store, tenant } = fresh();
  await store.record(AT, [tool('canary-name', 'canary-text')], 10);
  await store.decide({ ...AT, hash: tool('canary-name', 'canary-text').hash }, 'refused', {
    by: 'canary-operator',
    atMs: 20,
  });
  const { results } = await env.DB.prepare('SELECT * FROM definition_pin WHERE tenant = ?')
    .bind(tenant)
    .all();
  expect(results).toHaveLength(1);
  expect(JSON.stringify(results)).not.toMatch(/canary/);
});

test('a row that was put in the place of another is refused', async () => {
  const { store, tenant } = fresh();
  await store.record(AT, [tool('a'), tool('b')], 10);
  await env.DB.prepare(
    'UPDATE definition_pin SET sealed = (SELECT sealed FROM definition_pin WHERE hash = ?) WHERE hash = ? AND tenant = ?',
  )
    .bind(tool('a').hash, tool('b').hash, tenant)
    .run();
  await expect(store.read([AT])).rejects.toMatchObject({ code: 'sealed_unreadable' });
});

test('many definitions are recorded at once, and pages of them come in order', async () => {
  const { store } = fresh();
  const many = Array.from({ length: 600 }, (_, i) => tool(`t${i}`, 'x'.repeat(2000)));
  await store.record(AT, many, 10);
  expect(await store.read([AT])).toHaveLength(600);
  const first = await store.page([AT], 'approved', '', 400);
  const last = first.at(-1);
  const rest = await store.page([AT], 'approved', `${last?.server}.${last?.source}.${last?.hash}`, 400);
  expect(new Set([...first, ...rest].map(({ hash }) => hash)).size).toBe(600);
});

test('of a server that changes without end no more is put on record than there is room for, until a day has passed', async () => {
  const { store } = fresh();
  const DAY_MS = 24 * 60 * 60 * 1000;
  const many = (round: number) => Array.from({ length: 900 }, (_, i) => tool(`r${round}-${i}`));
  await store.record(AT, [tool('a')], 1);
  const recorded = [];
  for (const round of [1, 2, 3, 4]) recorded.push((await store.record(AT, many(round), round * 10)).length);
  expect(recorded).toEqual([900, 900, 200, 0]);
  const revision = await store.revision(AT);
  expect(await store.record(AT, many(5), 50)).toEqual([]);
  expect(await store.revision(AT)).toBe(revision);
  expect(await store.record(AT, many(6), 50 + DAY_MS)).toHaveLength(900);
  const states = (await store.read([AT])).map(({ state }) => state);
  expect(states.filter(state => state === 'waiting')).toHaveLength(2000);
  expect(states.filter(state => state === 'approved')).toHaveLength(1);
});

test('a definition that D1 could not hold is not kept, and those beside it are', async () => {
  const { store } = fresh();
  expect(await store.record(AT, [tool('a'), tool('huge', 'x'.repeat(3_000_000))], 10)).toEqual([]);
  expect((await store.read([AT])).map(({ name, state }) => [name, state])).toEqual([['a', 'approved']]);
});

test('a server that offers nothing that can be kept has been read all the same', async () => {
  const { store } = fresh();
  await store.record(AT, [tool('huge', 'x'.repeat(200_000))], 10);
  expect(await store.record(AT, [tool('a')], 20)).toEqual([tool('a')]);
});

test('what an isolate remembers is what is there once its time is up, or it changed it itself', async () => {
  const { store, tenant } = fresh();
  const slow = { ...env, CATALOG_CACHE_MS: '60000' } as unknown as Env;
  expect(await pinsOf(slow, tenant, AT)).toBeNull();
  await store.record(AT, [tool('a')], 10);
  const stateOf = async (where: Env) => (await pinsOf(where, tenant, AT))?.items.get(tool('a').hash)?.state;
  expect(await stateOf(slow)).toBe('approved');
  await store.decide({ ...AT, hash: tool('a').hash }, 'refused', { by: 'ada', atMs: 20 });
  expect(await stateOf(slow)).toBe('approved');
  expect(await stateOf({ ...env, CATALOG_CACHE_MS: '0' } as unknown as Env)).toBe('refused');
  forgetPins(slow, tenant, AT);
  expect(await stateOf(slow)).toBe('refused');
});

test('of a server that was deleted and added again, nothing is remembered', async () => {
  const { tenant, store } = fresh();
  await store.record(AT, [tool('a')], 10);
  expect([...((await pinsOf(env, tenant, AT))?.items.values() ?? [])].map(({ name }) => name)).toEqual(['a']);
  for (const table of ['pin_set', 'definition_pin']) {
    await env.DB.prepare(`DELETE FROM ${table} WHERE tenant = ?`).bind(tenant).run();
  }
  await store.record(AT, [tool('b')], 20);
  const seen = async () =>
    [...((await pinsOf(env, tenant, AT))?.items.values() ?? [])].map(({ name }) => name);
  await expect.poll(seen, { timeout: 3000 }).toEqual(['b']);
});
