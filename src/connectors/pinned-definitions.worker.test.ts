import { env as bindings } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { itemOf } from '../catalog/pins/definition-item.ts';
import { pinStoreOf, sourceOf } from '../catalog/pins/tenant-pins.ts';
import type { Env } from '../env.ts';
import { pinnedDefinitions } from './pinned-definitions.ts';

const AT = { server: 'far', source: sourceOf('https://far.example/mcp') };
const tool = (name: string) => ({ name, description: 'Does it.', inputSchema: { type: 'object' } });
const items = (count: number) =>
  Array.from({ length: count }, (_, index) => itemOf('tools', tool(`t${index}`)));

/** What a server offers to a tenant of its own, with what was put on the audit trail and written to D1 meanwhile. */
function reader(tenant: string) {
  const recordAudit = vi.fn(async () => {});
  const batch = vi.fn((statements: D1PreparedStatement[]) =>
    (bindings as unknown as Env).DB.batch(statements),
  );
  const DB = { prepare: (sql: string) => (bindings as unknown as Env).DB.prepare(sql), batch };
  const ACCOUNT = { getByName: () => ({ recordAudit }) };
  const env = { ...bindings, DB, ACCOUNT, CATALOG_CACHE_MS: '0' } as unknown as Env;
  const read = async (...names: string[]) => {
    const definitions = {
      discovered: { capabilities: { tools: {} } },
      tools: names.map(tool),
      prompts: [],
      resourceTemplates: [],
    };
    const owner = { tenant, subject: 'ada' };
    const offered = await pinnedDefinitions({ env, owner, pinnedServer: AT, read: async () => definitions });
    return { shown: offered.tools.map(({ name }) => name), hidden: offered.hidden?.map(({ name }) => name) };
  };
  return { env, read, recordAudit, batch };
}

test('a server that changes each time it is asked is on the audit trail once while that waits', async () => {
  const { read, recordAudit } = reader('changing');
  await read('a');
  for (const name of ['b', 'c', 'd']) {
    expect(await read('a', name)).toEqual({ shown: ['a'], hidden: [name] });
  }
  expect(recordAudit).toHaveBeenCalledTimes(1);
});

test('once a server has nothing more to be put on record, asking it writes nothing', async () => {
  const { env, read, recordAudit, batch } = reader('full');
  await read('a');
  await pinStoreOf(env, 'full').record(AT, items(2000), Date.now());
  batch.mockClear();
  for (const name of ['x', 'y']) expect(await read('a', name)).toEqual({ shown: ['a'], hidden: [name] });
  expect(batch).not.toHaveBeenCalled();
  expect(recordAudit).not.toHaveBeenCalled();
});
