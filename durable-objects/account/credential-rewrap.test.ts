import { expect, test } from 'vitest';
import { faultLog } from '../../src/errors.fake.ts';
import { recordKey } from '../../src/vault/credential-record.ts';
import { connectionTo, OWNER, oauthCredential, TestDesk } from './credential-desk.fake.ts';

const CONNECTIONS = ['github', 'gitlab', 'jira'].map(id => connectionTo(id));
const DAY_MS = 86_400_000;

async function rotated(): Promise<TestDesk> {
  const vault = new TestDesk();
  for (const [at, connection] of CONNECTIONS.entries()) await vault.keep(connection, oauthCredential(at));
  await vault.pass(DAY_MS);
  vault.restart('k1', 'k2');
  return vault;
}

/** The keys that records in KV are under. */
function kidsOf({ kv }: TestDesk): string[] {
  const headers = [...kv.stored.values()].map(text =>
    JSON.parse(Buffer.from(JSON.parse(text).protected, 'base64url').toString()),
  );
  return headers.map(({ kid }) => kid);
}

test('a sweep brings every record under the current key, and leaves none under the old one', async () => {
  const vault = await rotated();
  expect(await vault.desk.rewrap()).toEqual({ rewrapped: 3, remaining: 0 });
  expect(kidsOf(vault)).toEqual(['k2', 'k2', 'k2']);
  expect(await vault.desk.rewrap()).toEqual({ rewrapped: 0, remaining: 0 });
  vault.restart('k2');
  for (const [at, connection] of CONNECTIONS.entries()) {
    expect(await vault.use(connection)).toMatchObject({ credential: oauthCredential(at), version: 2 });
  }
});

test('credentials can be used at every moment of a sweep', async () => {
  const vault = await rotated();
  const { promise: swept, resolve } = Promise.withResolvers<void>();
  void vault.desk.rewrap().then(() => resolve());
  let isOver = false;
  void swept.then(() => {
    isOver = true;
  });
  let uses = 0;
  while (!isOver) {
    const answers = await Promise.all(CONNECTIONS.map(connection => vault.use(connection)));
    expect(answers.every(({ kind }) => kind === 'ready')).toBe(true);
    uses += answers.length;
    await new Promise(setImmediate);
  }
  expect(uses).toBeGreaterThan(2);
});

test('a sweep that was cut short goes on with the next one', async () => {
  faultLog();
  const vault = await rotated();
  vault.kv.isDown = true;
  expect(await vault.desk.rewrap()).toEqual({ rewrapped: 3, remaining: 3 });
  vault.kv.isDown = false;
  vault.restart('k1', 'k2');
  expect(await vault.desk.rewrap()).toEqual({ rewrapped: 0, remaining: 0 });
  expect(kidsOf(vault)).toEqual(['k2', 'k2', 'k2']);
});

test('a record that fails a check is counted as left, and the others go on', async () => {
  faultLog();
  const vault = await rotated();
  vault.kv.plant(recordKey(OWNER, 'gitlab', 1), 'not what was stored');
  expect(await vault.desk.rewrap()).toEqual({ rewrapped: 2, remaining: 1 });
  expect(vault.events.at(-1)).toMatchObject({ kind: 'refused', connection: 'gitlab' });
});

test('a credential that is refreshed while it is sealed anew is the refreshed one', async () => {
  const vault = await rotated();
  const [github = connectionTo('github')] = CONNECTIONS;
  vault.answer = async () => ({ kind: 'refreshed', credential: oauthCredential(9) });
  const [answer] = await Promise.all([vault.use(github, 1), vault.desk.rewrap()]);
  expect(answer).toMatchObject({ kind: 'ready', credential: oauthCredential(9) });
  expect(await vault.use(github)).toMatchObject({ credential: oauthCredential(9) });
  expect((await vault.desk.rewrap()).remaining).toBe(0);
});
