import { env } from 'cloudflare:workers';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Env } from '../env.ts';
import type { ServerDocument } from './server-document.ts';
import { catalogStoreOf, forgetCatalogs, publicServersOf, tenantCatalogOf } from './tenant-catalog.ts';

const bindings = { ...(env as unknown as Env), CATALOG_CACHE_MS: '1000' };
let tenant: string;

beforeEach(() => {
  tenant = randomUUID();
  forgetCatalogs(bindings);
});

afterEach(() => void vi.useRealTimers());

const shown = { title: 'Title', description: 'Description.' };
const remote = (name: string): ServerDocument => ({
  kind: 'remote',
  name,
  ...shown,
  tools: {},
  url: 'https://mcp.example/mcp',
  auth: { kind: 'none' },
});
const virtual = (name: string, ...members: string[]): ServerDocument => ({
  kind: 'virtual',
  name,
  ...shown,
  members: members.map(server => ({ server, tools: {} })),
});

const save = (document: ServerDocument, owner = tenant, basedOn = 0) =>
  catalogStoreOf(bindings, owner).save({ document, artifacts: {}, author: '', reason: '' }, basedOn, 1);
const namesNow = async () => (await tenantCatalogOf(bindings, tenant)).map(({ name }) => name);

test('a catalog is read again when it is a second old, and at once where it was changed here', async () => {
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  expect(await namesNow()).toEqual([]);
  await save(remote('mail'));
  expect(await namesNow()).toEqual([]);
  vi.setSystemTime(Date.now() + 1001);
  expect(await namesNow()).toEqual(['mail']);
  await save(remote('post'));
  forgetCatalogs(bindings);
  expect(await namesNow()).toEqual(['mail', 'post']);
});

test('a catalog is one tenant’s, and has what is disabled too', async () => {
  await save(remote('mail'));
  await save(remote('post'), randomUUID());
  await catalogStoreOf(bindings, tenant).enable('mail', false);
  expect(await namesNow()).toEqual(['mail']);
});

test('everybody may know the names of servers that are in use, and the members of virtual ones', async () => {
  const [other, name, hidden] = [
    randomUUID(),
    `x${randomUUID().slice(0, 8)}`,
    `y${randomUUID().slice(0, 8)}`,
  ];
  await save(virtual(name, 'memory', 'everything'));
  await save(virtual(name, 'memory', 'github'), other);
  await save(remote(hidden));
  await catalogStoreOf(bindings, tenant).enable(hidden, false);
  const known = () =>
    publicServersOf(bindings).then(all => all.filter(each => [name, hidden].includes(each.name)));
  expect(await known()).toEqual([{ name, hasOwnTools: false, members: ['memory', 'everything', 'github'] }]);
});

test('what is virtual for one tenant may have tools of its own for another', async () => {
  const name = `x${randomUUID().slice(0, 8)}`;
  await save(virtual(name, 'memory'));
  await save(remote(name), randomUUID());
  const [known] = (await publicServersOf(bindings)).filter(each => each.name === name);
  expect(known).toEqual({ name, hasOwnTools: true, members: ['memory'] });
});
