import { env } from 'cloudflare:workers';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Env, settingsOf } from '../env.ts';
import { CatalogStore } from './catalog-store.ts';
import { itemOf } from './pins/definition-item.ts';
import { PinStore } from './pins/pin-store.ts';
import type { ServerDocument } from './server-document.ts';
import type { ServerVersion } from './server-version.ts';

const bindings = env as unknown as Env;
const CANARY = 'canary-of-an-operator';

/** The catalog of a tenant that nobody else has. */
const storeOf = (tenant: string = randomUUID(), maxBytes = 1_000_000) =>
  new CatalogStore(bindings, settingsOf(bindings).keyRing, tenant, maxBytes);

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
    const beforehand = async (number: number) => {
      throw new Error(`version ${number} is not on record`);
    };
    const refused = store.save(version('mail'), 0, 1, { beforehand });
    await expect(refused).rejects.toThrow('version 1 is not on record');
    expect(await store.list()).toEqual([]);
    expect(await store.versions('mail')).toEqual([]);
  });

  test('an earlier one is put in use again, with its kind and its members, and the next comes after all', async () => {
    const tenant = randomUUID();
    const store = storeOf(tenant);
    await store.save(version('mail', '', ['memory']), 0, 1);
    await store.save(version('mail'), 1, 1);
    const [second, first] = await store.versions('mail');
    if (!first || !second) throw new Error('two versions were saved');
    await store.activate(first, 2);
    expect(await store.read('mail')).toMatchObject({ kind: 'virtual', version: 1 });
    expect((await rows('catalog_server', tenant))[0]).toMatchObject({
      kind: 'virtual',
      members: '["memory"]',
    });
    expect(await store.save(version('mail'), 1, 1)).toBe(3);
    for (const other of [
      { ...first, version: 9 },
      { ...first, saved: version('post') },
    ]) {
      await expect(store.activate(other, 3)).rejects.toMatchObject({ code: 'version_conflict' });
    }
  });

  test('an earlier one is not put in use in place of one that nobody has seen', async () => {
    const store = storeOf();
    await store.save(version('mail'), 0, 1);
    const [first] = await store.versions('mail');
    if (!first) throw new Error('a version was saved');
    await store.save(version('mail'), 1, 1);
    await expect(store.activate(first, 1)).rejects.toMatchObject({ code: 'version_conflict' });
    expect((await store.read('mail'))?.version).toBe(2);
  });

  test('a new server may be out of use from the beginning', async () => {
    const store = storeOf();
    await store.save(version('mail'), 0, 1, { isEnabled: false });
    expect(await store.read('mail')).toMatchObject({ isEnabled: false, version: 1 });
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

describe('room', () => {
  /** A version that consists of something large, which is staged. */
  const withCode = async (store: CatalogStore, name: string, code: string): Promise<ServerVersion> => ({
    ...version(name),
    artifacts: { modules: await store.artifacts.put(code) },
  });
  const code = () => randomBytes(30_000).toString('base64url');

  test('is what all versions and artifacts take, and no version is saved beyond it', async () => {
    const tenant = randomUUID();
    const store = storeOf(tenant, 100_000);
    let asked = 0;
    const beforehand = async () => void asked++;
    await store.save(await withCode(store, 'mail', code()), 0, 1, { beforehand });
    await store.save(await withCode(store, 'mail', code()), 1, 1, { beforehand });
    const late = await withCode(store, 'post', code());
    await expect(store.save(late, 0, 1, { beforehand })).rejects.toMatchObject({
      code: 'catalog_full',
      message: expect.stringMatching(
        /take 0\.0\d MiB, .* take 0\.0\d MiB of 0\.10 MiB \(setting CATALOG_MAX_BYTES\)/,
      ),
    });
    expect(asked).toBe(2);
    expect(await store.read('post')).toBeNull();
    expect(await rows('catalog_artifact', tenant)).toHaveLength(2);
    const other = storeOf(randomUUID(), 100_000);
    expect(await other.save(await withCode(other, 'mail', code()), 0, 1)).toBe(1);
  });

  test('what is there already takes nothing more', async () => {
    const store = storeOf(randomUUID(), 60_000);
    const same = code();
    for (const basedOn of [0, 1, 2]) await store.save(await withCode(store, 'mail', same), basedOn, 1);
    expect((await store.read('mail'))?.version).toBe(3);
  });

  test('of many who save at once nobody goes beyond it', async () => {
    const tenant = randomUUID();
    const saves = Array.from({ length: 8 }, async (_, index) => {
      const store = storeOf(tenant, 100_000);
      return store.save(await withCode(store, `mail-${index}`, code()), 0, 1);
    });
    const outcomes = await Promise.allSettled(saves);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'catalog_full' });
    }
    expect(await rows('catalog_artifact', tenant)).toHaveLength(2);
  });

  test('of a version that was not saved nothing stays', async () => {
    const tenant = randomUUID();
    const saves = Array.from({ length: 6 }, async () => {
      const store = storeOf(tenant);
      return store.save(await withCode(store, 'mail', code()), 0, 1);
    });
    await Promise.allSettled(saves);
    const store = storeOf(tenant);
    await expect(store.save(await withCode(store, 'mail', code()), 7, 1)).rejects.toThrow('Somebody else');
    await storeOf(tenant).artifacts.put(code());
    expect((await rows('catalog_artifact', tenant)).map(({ hash }) => hash)).toEqual(
      Object.values((await store.read('mail'))?.current.artifacts ?? {}),
    );
  });

  test('a document that is too large for a row is refused', async () => {
    const store = storeOf(randomUUID(), 10_000_000);
    const { document, ...rest } = version('mail');
    const large = { ...rest, document: { ...document, description: 'x'.repeat(1_500_000) } };
    await expect(store.save(large, 0, 1)).rejects.toMatchObject({ code: 'server_invalid' });
  });
});

describe('a server that is deleted', () => {
  test('is gone with its versions and pins, and with what nobody else has; its name is free', async () => {
    const [tenant, other] = [randomUUID(), randomUUID()];
    for (const of of [tenant, other]) {
      const store = storeOf(of);
      const shared = await store.artifacts.put('shared');
      const own = await store.artifacts.put('own');
      await store.save({ ...version('mail'), artifacts: { modules: own, source: shared } }, 0, 1);
      await store.save({ ...version('post'), artifacts: { source: shared } }, 0, 1);
      await store.save(version('mail'), 1, 1);
      const pins = new PinStore(bindings, settingsOf(bindings).keyRing, of);
      const tool = [itemOf('tools', { name: 'search' })];
      for (const server of ['mail', 'post']) await pins.record({ server, source: 'x' }, tool, 1);
    }
    const store = storeOf(tenant);
    await expect(store.delete('mail', 1)).rejects.toMatchObject({ code: 'version_conflict' });
    expect(await store.versions('mail')).toHaveLength(2);
    await store.delete('mail', 2);
    const counts = async (of: string) =>
      Promise.all(
        ['catalog_server', 'catalog_version', 'catalog_artifact', 'pin_set', 'definition_pin'].map(
          async table => (await rows(table, of)).length,
        ),
      );
    expect(await counts(tenant)).toEqual([1, 1, 1, 1, 1]);
    expect(await counts(other)).toEqual([2, 3, 2, 2, 2]);
    expect(await store.save(version('mail'), 0, 1)).toBe(1);
    await expect(store.delete('nobody', 0)).rejects.toMatchObject({ code: 'version_conflict' });
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
