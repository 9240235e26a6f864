import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { FakeDatabase } from './database.fake.ts';
import { type Definitions, definitionsOf } from './definitions.ts';

const DEFINITIONS: Definitions = {
  discovered: { capabilities: { tools: {} } },
  tools: [{ name: 'recall' }],
  prompts: [],
  resourceTemplates: [],
};

/** Definitions are remembered for good by server and code, so each test has code of its own. */
const someEntry = (name = 'memory', codeHash: string = randomUUID()) => ({
  name,
  title: name,
  description: name,
  codeHash,
  availability: 'always' as const,
  connections: [],
});

test('definitions are read from the server once, and kept in memory and in the database', async () => {
  const database = new FakeDatabase();
  const entry = someEntry();
  const read = vi.fn(async () => DEFINITIONS);
  expect(await definitionsOf(database.d1, entry, read)).toEqual(DEFINITIONS);
  expect(await definitionsOf(database.d1, entry, read)).toEqual(DEFINITIONS);
  expect(read).toHaveBeenCalledOnce();
  expect(database.reads).toBe(1);
  expect(JSON.parse(database.rows.get(`memory ${entry.codeHash}`) ?? '')).toEqual(DEFINITIONS);
});

test('definitions that the database has are not asked of the server', async () => {
  const database = new FakeDatabase();
  const entry = someEntry();
  database.rows.set(`memory ${entry.codeHash}`, JSON.stringify(DEFINITIONS));
  const read = vi.fn(async () => DEFINITIONS);
  expect(await definitionsOf(database.d1, entry, read)).toEqual(DEFINITIONS);
  expect(read).not.toHaveBeenCalled();
});

test('other code, or another server with the same code, has definitions of its own', async () => {
  const database = new FakeDatabase();
  const read = vi.fn(async () => DEFINITIONS);
  const entry = someEntry();
  await definitionsOf(database.d1, entry, read);
  await definitionsOf(database.d1, someEntry(), read);
  await definitionsOf(database.d1, someEntry('other', entry.codeHash), read);
  expect(read).toHaveBeenCalledTimes(3);
});

test('a server that could not be read is asked again', async () => {
  const database = new FakeDatabase();
  const entry = someEntry();
  const read = vi.fn(async () => DEFINITIONS).mockRejectedValueOnce(new Error('down'));
  await expect(definitionsOf(database.d1, entry, read)).rejects.toThrow('down');
  expect(database.rows.size).toBe(0);
  expect(await definitionsOf(database.d1, entry, read)).toEqual(DEFINITIONS);
});
