import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { Connecting } from './support/connecting.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { storedFiles } from './support/stored-files.ts';
import { kidOf, recordKids, recordRows } from './support/stored-records.ts';
import { LINK_CAPABILITIES, signIn, type TestClient } from './support/test-client.ts';

const USERS = ['ada', 'bob', 'olivia', 'eve'] as const;
const PATH = '/api/v1/admin/keys/vault/rotation';
const PATIENCE = { timeout: 30_000 };
const [k1, k2] = [0, 1].map(() => randomBytes(32).toString('base64url'));
const ring = (current: string, keys: object) => ({ KEY_RING: JSON.stringify({ current, keys }) });

let house: Connecting;
let clients: TestClient[];
let admin: ApiClient;

beforeAll(async () => {
  house = await Connecting.start(ring('k1', { k1 }));
  admin = await ApiClient.signIn(house.origin, 'ada');
  clients = await Promise.all(USERS.map(connected));
});
afterAll(async () => {
  await Promise.all(clients.map(({ sdk }) => sdk.close()));
  await house.stop();
});

/** A client of somebody who has connected two accounts: one by OAuth, one by a key. */
async function connected(user: string): Promise<TestClient> {
  const client = await signIn(SDK_2, new URL('/mcp/issues', house.origin), user, LINK_CAPABILITIES);
  client.person.open = async ({ url }) => {
    await house.connect(user, url);
    return { action: 'accept' };
  };
  await client.call('list');
  await client.call('letters');
  client.person.open = () => ({ action: 'decline' });
  return client;
}

/** Calls without pause until it is told to stop, or one fails. */
function load() {
  let isOver = false;
  let calls = 0;
  const run = async (client: TestClient, tool: string) => {
    for (; !isOver; calls += 1) expect(await client.call(tool)).not.toMatchObject({ isError: true });
  };
  const running = clients.flatMap(client => ['list', 'letters'].map(tool => run(client, tool)));
  const ended = Promise.all(running).then(() => {});
  onTestFinished(() => {
    isOver = true;
  });
  return {
    /** Resolves after some more calls. @throws what a call failed by. */
    async more() {
      const enough = calls + USERS.length * 4;
      await Promise.race([ended, expect.poll(() => calls, PATIENCE).toBeGreaterThan(enough)]);
    },
    /** @throws what a call failed by. */
    stop() {
      isOver = true;
      return ended;
    },
  };
}

/** A sweep over all pages, two accounts at a time. */
async function sweep() {
  const steps: Record<'owners' | 'rewrapped' | 'remaining' | 'failed', number>[] = [];
  for (let after = ''; ; ) {
    const { status, body } = await admin.call(
      'POST',
      `${PATH}?${new URLSearchParams({ after, limit: '2' })}`,
    );
    expect(status).toBe(200);
    steps.push(body);
    if (body.next === null) break;
    after = body.next;
  }
  const sum = (member: 'owners' | 'rewrapped' | 'remaining' | 'failed') =>
    steps.reduce((total, step) => total + step[member], 0);
  return {
    owners: sum('owners'),
    rewrapped: sum('rewrapped'),
    remaining: sum('remaining'),
    failed: sum('failed'),
  };
}

const kidsStored = () => {
  const files = storedFiles(house.gateway.stateDir);
  return { inKv: recordKids(files), inAccounts: recordRows(files) };
};

test('the key of stored credentials is rotated while calls run: none fails, and no record is left under the old key', async () => {
  const records = USERS.length * 2;
  expect(kidsStored().inKv).toEqual(Array(records).fill('k1'));
  await house.restart(ring('k2', { k1, k2 }));
  const calls = load();
  await calls.more();
  expect(await sweep()).toEqual({ owners: USERS.length, rewrapped: records, remaining: 0, failed: 0 });
  expect(await sweep()).toEqual({ owners: USERS.length, rewrapped: 0, remaining: 0, failed: 0 });
  await calls.more();
  await calls.stop();
  const { inKv, inAccounts } = kidsStored();
  expect(inKv).toEqual(Array(records).fill('k2'));
  expect(inAccounts.map(({ kid }) => kid)).toEqual(Array(records).fill('k2'));
  const copies = inAccounts.flatMap(({ copy }) => (copy === null ? [] : [kidOf(copy)]));
  expect(new Set(copies)).toEqual(new Set(['k2']));
});

test('what was sealed anew is good after a power cut', async () => {
  await house.restart(ring('k2', { k1, k2 }));
  for (const client of clients) expect((await client.call('list')).isError).not.toBe(true);
});
