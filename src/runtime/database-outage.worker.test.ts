import { env } from 'cloudflare:workers';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { definitionsOf } from '../catalog/definitions.ts';
import { itemOf } from '../catalog/pins/definition-item.ts';
import { pinStoreOf, pinsOf } from '../catalog/pins/tenant-pins.ts';
import type { ServerDocument } from '../catalog/server-document.ts';
import { catalogStoreOf, forgetCatalogs, publicServersOf } from '../catalog/tenant-catalog.ts';
import type { Env } from '../env.ts';
import { offerOf } from './offered-servers.ts';

const MAIL: ServerDocument = {
  kind: 'remote',
  name: 'mail',
  title: 'Mail',
  description: 'Sends mail.',
  tools: {},
  url: 'https://mcp.example/mcp',
  auth: { kind: 'none' },
};
const AT = { server: 'mail', source: 'here' };

/** A database that answers nothing but errors. */
const FAILING = {
  prepare: () => {
    throw new Error('D1_ERROR: the database is away');
  },
  batch: async () => {
    throw new Error('D1_ERROR: the database is away');
  },
} as unknown as D1Database;

let bindings: { -readonly [Member in keyof Env]: Env[Member] };
let tenant: string;

beforeEach(async () => {
  tenant = randomUUID();
  const settings = { CATALOG_CACHE_MS: '0', CATALOG_STALE_MS: '600000' };
  bindings = { ...(env as unknown as Env), ...settings };
  await catalogStoreOf(bindings, tenant).save(
    { document: MAIL, artifacts: {}, author: '', reason: '' },
    0,
    1,
  );
  await pinStoreOf(bindings, tenant).record(AT, [itemOf('tools', { name: 'send' })], 1);
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const offered = async () => (await offerOf(bindings, tenant)).servers.map(({ name }) => name);

test('servers that were used are on offer while the database fails, and their names and pins known', async () => {
  const before = [await offered(), await publicServersOf(bindings), await pinsOf(bindings, tenant, AT)];
  bindings.DB = FAILING;
  forgetCatalogs(bindings);
  expect([await offered(), await publicServersOf(bindings), await pinsOf(bindings, tenant, AT)]).toEqual(
    before,
  );
  expect(before[0]).toContain('mail');
});

test('after a while they are not: what may have changed meanwhile is not trusted for ever', async () => {
  await offered();
  bindings.DB = FAILING;
  vi.useFakeTimers({ now: Date.now() + 600_001, toFake: ['Date'] });
  await expect(offered()).rejects.toThrow('away');
});

test('an offer is made once of a catalog, and again of the next', async () => {
  const cached = { ...bindings, CATALOG_CACHE_MS: '60000' };
  const first = await offerOf(cached, tenant);
  expect(await offerOf(cached, tenant)).toBe(first);
  forgetCatalogs(cached);
  expect(await offerOf(cached, tenant)).not.toBe(first);
});

test('definitions are read from the server itself where the database fails', async () => {
  const definitions = { discovered: {}, tools: [{ name: 'send' }], prompts: [], resourceTemplates: [] };
  const entry = { name: 'mail', codeHash: randomUUID() };
  expect(await definitionsOf(FAILING, entry, async () => definitions)).toEqual(definitions);
  const never = () => Promise.reject(new Error('asked again'));
  expect(await definitionsOf(FAILING, entry, never)).toEqual(definitions);
});
