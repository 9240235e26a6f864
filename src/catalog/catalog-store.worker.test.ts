import { env } from 'cloudflare:workers';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Env, settingsOf } from '../env.ts';
import { CatalogStore } from './catalog-store.ts';
import type { ServerDocument } from './server-document.ts';
import type { ServerVersion } from './server-version.ts';

const bindings = env as unknown as Env;
const CANARY = 'canary-of-an-operator';

/** The catalog of a tenant that nobody else has. */
const storeOf = (tenant: string = randomUUID()) =>
  new CatalogStore(bindings, settingsOf(bindings).keyRing, tenant);

const version = (name: string, reason = CANARY, members: readonly string[] = []): ServerVersion => {
  const shown = { name, title: CANARY, description: CANARY };
  const document: ServerDocument =
    members.length === 0
      ? { kind: 'remote', ...shown, tools: {}, url: `https://${CANARY}.example/mcp`, auth: { kind: 'none' } }
      : { kind: 'virtual', ...shown, members: members.map(server => ({ server, tools: {} })) };
  return { document, artifacts: {}, author: CANARY, reason };
};

const rows = async (table: string, tenant: string): Promise<Record<string, unknown>[]> =>
  (await bindings.DB.prepare(`SELECT * FROM ${table} WHERE tenant = ?`).bind(tenant).all()).results as never;

describe('versions', () => {
  test('come one after the other, and the last is in use', async () => {
    const store = storeOf();
    expect(await store.save(version('mail', 'first'), 0, 1)).toBe(1);
    expect(await store.save(version('mail', 'second'), 1, 2)).toBe(2);
    expect(await store.read('mail')).toEqual({
      name: 'mail',
      kind: 'remote',
      version: 2,
      isEnabled: true,
      savedAtMs: 2,
      current: version('mail', 'second'),
    });
    expect(
      (await store.versions('mail')).map(({ version: number, savedAtMs }) => [number, savedAtMs]),
    ).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(await store.read('post')).toBeNull();
  });

  test.each([
    ['a new server that is there already', 0],
    ['one that is based on an earlier version', 1],
    ['one that is based on a version that never was', 3],
  ])('%s is a conflict, and changes nothing', async (_, basedOn) => {
    const store = storeOf();
    await store.save(version('mail'), 0, 1);
    await store.save(version('mail'), 1, 1);
    await expect(store.save(version('mail', 'late'), basedOn, 1)).rejects.toMatchObject({
      code: 'version_conflict',
    });
    expect((await store.versions('mail')).map(({ saved }) => saved.reason)).toEqual([CANARY, CANARY]);
  });

  test('of many that are saved at once one is, for a new server and for a change', async () => {
    const store = storeOf();
    for (const basedOn of [0, 1, 2]) {
      const tries = Array.from({ length: 10 }, (_, index) =>
        store.save(version('mail', `${index}`), basedOn, 1),
      );
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await store.read('mail'))?.version).toBe(basedOn + 1);
    }
    expect(await store.versions('mail')).toHaveLength(3);
  });

  test('one whose number could not be recorded beforehand is not saved', async () => {
    const store = storeOf();
    const refused = store.save(version('mail'), 0, 1, async number => {
      throw new Error(`version ${number} is not on record`);
    });
    await expect(refused).rejects.toThrow('version 1 is not on record');
    expect(await store.list()).toEqual([]);
    expect(await store.versions('mail')).toEqual([]);
  });

  test('an earlier one is put in use again, with its kind and its members, and the next comes after all', async () => {
    const tenant = randomUUID();
    const store = storeOf(tenant);
    await store.save(version('mail', '', ['memory']), 0, 1);
    await store.save(version('mail'), 1, 1);
    expect(await store.activate('mail', 1)).toBe(true);
    expect(await store.read('mail')).toMatchObject({ kind: 'virtual', version: 1 });
    expect((await rows('catalog_server', tenant))[0]).toMatchObject({
      kind: 'virtual',
      members: '["memory"]',
    });
    expect(await store.save(version('mail'), 1, 1)).toBe(3);
    expect(await store.activate('mail', 9)).toBe(false);
    expect(await store.activate('post', 1)).toBe(false);
  });

  test('a server that is disabled stays so when it is changed', async () => {
    const store = storeOf();
    await store.save(version('mail'), 0, 1);
    expect(await store.enable('mail', false)).toBe(true);
    await store.save(version('mail'), 1, 1);
    expect((await store.list()).map(({ isEnabled }) => isEnabled)).toEqual([false]);
    expect(await store.enable('post', false)).toBe(false);
  });
});

describe('what is stored', () => {
  test('says nothing that an operator has written but names, and that to its tenant alone', async () => {
    const tenant = randomUUID();
    await storeOf(tenant).save(version('mail'), 0, 1);
    const stored = [...(await rows('catalog_server', tenant)), ...(await rows('catalog_version', tenant))];
    expect(stored).toHaveLength(2);
    expect(JSON.stringify(stored)).not.toContain('canary');
    const text = atob(String(stored[1]?.sealed).replaceAll('-', '+').replaceAll('_', '/'));
    expect(text).not.toContain('canary');
    expect(await storeOf().list()).toEqual([]);
  });

  test.each([
    ['another tenant', { tenant: 'thief' }],
    ['another server', { name: 'post' }],
    ['another version', { version: 2 }],
  ])('a row that was moved to %s does not open', async (_, move) => {
    const [tenant, thief] = [randomUUID(), randomUUID()];
    await storeOf(tenant).save(version('mail'), 0, 1);
    const to = { tenant, name: 'mail', version: 1, ...move };
    const at = to.tenant === 'thief' ? thief : tenant;
    for (const table of ['catalog_server', 'catalog_version']) {
      await bindings.DB.prepare(`UPDATE ${table} SET tenant = ?, name = ?, version = ? WHERE tenant = ?`)
        .bind(at, to.name, to.version, tenant)
        .run();
    }
    const store = storeOf(at);
    await expect(store.list()).rejects.toMatchObject({ code: 'sealed_unreadable' });
    await expect(store.versions(to.name)).rejects.toMatchObject({ code: 'sealed_unreadable' });
  });
});
