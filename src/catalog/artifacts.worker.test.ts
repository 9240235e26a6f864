import { env } from 'cloudflare:workers';
import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Env, settingsOf } from '../env.ts';
import type { Artifacts } from './artifacts.ts';
import { CatalogStore } from './catalog-store.ts';

const bindings = env as unknown as Env;
const storeOf = (tenant: string) =>
  new CatalogStore(bindings, settingsOf(bindings).keyRing, tenant, 100_000_000);
const artifactsOf = (tenant: string): Artifacts => storeOf(tenant).artifacts;

/** Keeps a value with a version of its own. @returns its hash. */
async function keep(tenant: string, value: unknown): Promise<string> {
  const store = storeOf(tenant);
  const source = await store.artifacts.put(value);
  const name = `mail-${randomUUID().slice(0, 8)}`;
  const document = { kind: 'hosted', name, tools: {} } as const;
  await store.save({ document, artifacts: { source }, author: '', reason: '' }, 0, 1);
  return source;
}

interface Part {
  readonly part: number;
  readonly parts: number;
  readonly sealed: string;
}

const partsOf = async (tenant: string): Promise<Part[]> =>
  (
    await bindings.DB.prepare(
      'SELECT part, parts, sealed FROM catalog_artifact WHERE tenant = ? ORDER BY hash, part',
    )
      .bind(tenant)
      .all<Part>()
  ).results;

/** Some megabytes of what cannot be compressed to much less. */
const large = () => ({
  text: Array.from({ length: 40 }, () => randomBytes(62_500).toString('base64')).join(''),
});

test('a small value is one part, and the same value the same artifact', async () => {
  const tenant = randomUUID();
  const artifacts = artifactsOf(tenant);
  const hash = await keep(tenant, { b: [1, 'ü', null] });
  expect(await keep(tenant, { b: [1, 'ü', null] })).toBe(hash);
  expect(hash).toMatch(/^[\w-]{43}$/);
  expect(await artifacts.get(hash)).toEqual({ b: [1, 'ü', null] });
  expect(await partsOf(tenant)).toHaveLength(1);
});

test('a large one is cut in parts that fit into rows, and comes back whole', async () => {
  const tenant = randomUUID();
  const artifacts = artifactsOf(tenant);
  const value = large();
  const hash = await keep(tenant, value);
  const parts = await partsOf(tenant);
  expect(parts.map(({ part, parts: count }) => [part, count])).toEqual([
    [0, 3],
    [1, 3],
    [2, 3],
  ]);
  for (const { sealed } of parts) expect(sealed.length).toBeLessThan(1_500_000);
  const read = await artifacts.get<typeof value>(hash);
  expect(read.text === value.text).toBe(true);
});

test('one that is not stored yet can be read where it was put, and nowhere else', async () => {
  const tenant = randomUUID();
  const artifacts = artifactsOf(tenant);
  const hash = await artifacts.put(large());
  expect(Object.keys(await artifacts.get<object>(hash))).toEqual(['text']);
  await expect(artifactsOf(tenant).get(hash)).rejects.toMatchObject({ code: 'artifact_missing' });
  artifacts.dropStaged();
  await expect(artifacts.get(hash)).rejects.toMatchObject({ code: 'artifact_missing' });
  expect(await partsOf(tenant)).toEqual([]);
});

test('what repeats itself takes little room', async () => {
  const tenant = randomUUID();
  await keep(tenant, { text: 'the same again. '.repeat(500_000) });
  const [only, more] = await partsOf(tenant);
  expect(only?.sealed.length).toBeLessThan(50_000);
  expect(more).toBeUndefined();
});

test.each([0, 1, 2])('without its part %i a value is missing, and never half there', async part => {
  const tenant = randomUUID();
  const artifacts = artifactsOf(tenant);
  const hash = await keep(tenant, large());
  await bindings.DB.prepare('DELETE FROM catalog_artifact WHERE tenant = ? AND part = ?')
    .bind(tenant, part)
    .run();
  await expect(artifacts.get(hash)).rejects.toMatchObject({ code: 'artifact_missing' });
});

test('parts that changed places do not open', async () => {
  const tenant = randomUUID();
  const artifacts = artifactsOf(tenant);
  const hash = await keep(tenant, large());
  const move = bindings.DB.prepare('UPDATE catalog_artifact SET part = ? WHERE tenant = ? AND part = ?');
  await bindings.DB.batch([move.bind(9, tenant, 0), move.bind(0, tenant, 1), move.bind(1, tenant, 9)]);
  await expect(artifacts.get(hash)).rejects.toMatchObject({ code: 'sealed_unreadable' });
});

test('nothing of a value is readable, and another tenant can neither find nor open it', async () => {
  const [tenant, thief] = [randomUUID(), randomUUID()];
  const hash = await keep(tenant, { text: 'canary' });
  const [part] = await partsOf(tenant);
  expect(Buffer.from(part?.sealed ?? '', 'base64url').toString('latin1')).not.toContain('canary');
  await expect(artifactsOf(thief).get(hash)).rejects.toMatchObject({ code: 'artifact_missing' });
  await bindings.DB.prepare('UPDATE catalog_artifact SET tenant = ? WHERE tenant = ?')
    .bind(thief, tenant)
    .run();
  await expect(artifactsOf(thief).get(hash)).rejects.toMatchObject({ code: 'sealed_unreadable' });
});
