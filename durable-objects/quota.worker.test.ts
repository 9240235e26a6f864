import { abortAllDurableObjects, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test, vi } from 'vitest';
import type { Env } from '../src/env.ts';
import type { Demand } from '../src/quotas/demand.ts';
import type { Quota } from '../src/quotas/quota.ts';

const bindings = env as unknown as Env;
const stub = () => bindings.QUOTA.getByName('subject');
const quota = () => stub() as unknown as Quota;

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

function calls(max: number, more: Partial<Demand> = {}): Demand {
  return { rule: 'few', count: 'calls', max, windowMs: 3_600_000, amount: 1, ...more };
}

const open = (max: number) => calls(max, { count: 'concurrent', windowMs: null });

function taker(id: string, round: string | null = null) {
  return { lease: { id, ttlMs: 60_000 }, round };
}

async function taken(demand: Demand, times: number, prefix = 'a'): Promise<number> {
  const all = await Promise.all(
    Array.from({ length: times }, async (_, nth) => quota().take([demand], taker(`${prefix}${nth}`))),
  );
  return all.filter(({ isTaken }) => isTaken).length;
}

test.each([10, 0, 1])('of 100 takes at once exactly the maximum of %i succeeds', async max => {
  expect(await taken(calls(max), 100)).toBe(max);
  expect(await quota().usage([calls(max)])).toEqual([{ rule: 'few', used: max }]);
});

test('of 100 calls at a time exactly the maximum is open, and as many as end may follow', async () => {
  expect(await taken(open(10), 100)).toBe(10);
  await Promise.all([0, 1, 2].map(async nth => quota().end([open(10)], taker(`a${nth}`), [])));
  expect(await taken(open(10), 100, 'b')).toBe(3);
});

test.each([10, 40, 1000])(
  'kills between takes never let more through than %i, and lose a block each at most',
  async max => {
    let all = 0;
    const kills = 5;
    for (let nth = 0; nth < kills; nth++) {
      all += await taken(calls(max), Math.ceil(max / 7), `k${nth}-`);
      await abortAllDurableObjects();
    }
    all += await taken(calls(max), max, 'last');
    const block = Math.min(Math.ceil(max / 20), 100);
    expect(all).toBeLessThanOrEqual(max);
    expect(all).toBeGreaterThanOrEqual(max - kills * (block - 1));
  },
);

test('calls that were open at a kill count until their leases are over', async () => {
  expect(await taken(open(3), 3)).toBe(3);
  await abortAllDurableObjects();
  expect(await taken(open(3), 1, 'b')).toBe(0);
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
  expect(await taken(open(3), 5, 'b')).toBe(3);
});

test('what an object uses is given back once nothing more comes, so that losing its memory costs nothing', async () => {
  expect(await taken(calls(1000), 3)).toBe(3);
  const state = () =>
    runInDurableObject(stub(), (_instance, { storage }) =>
      storage.sql.exec<{ state: string }>('SELECT state FROM counter').one(),
    );
  expect(JSON.parse((await state()).state).ahead).toBeGreaterThan(0);
  await vi.waitFor(async () => expect(JSON.parse((await state()).state).ahead).toBe(0), 5000);
  await abortAllDurableObjects();
  expect(await quota().usage([calls(1000)])).toEqual([{ rule: 'few', used: 3 }]);
});

test('takes from all limits or from none, and says which has no room and when it will', async () => {
  const both = [calls(5), calls(1, { rule: 'fewer', windowMs: 60_000 })];
  expect((await quota().take(both, taker('a'))).isTaken).toBe(true);
  const refused = await quota().take(both, taker('b'));
  expect(refused).toMatchObject({ isTaken: false, rule: 'fewer' });
  expect(refused).toMatchObject({ retryAfterSeconds: expect.toSatisfy(s => s >= 59 && s <= 61) });
  expect(await quota().usage(both)).toMatchObject([{ used: 1 }, { used: 1 }]);
});

test('a later round is no other call the first time that it is heard, and one when it is sent again', async () => {
  expect((await quota().take([calls(2)], taker('a'))).isTaken).toBe(true);
  expect((await quota().take([calls(2)], taker('b', 'call.1'))).isTaken).toBe(true);
  expect(await quota().usage([calls(2)])).toMatchObject([{ used: 1 }]);
  expect((await quota().take([calls(2)], taker('c', 'call.1'))).isTaken).toBe(true);
  expect((await quota().take([calls(2)], taker('d', 'call.1'))).isTaken).toBe(false);
});

test('bytes that come back count although they are too many, and what comes next is refused', async () => {
  const bytes = (amount: number) => calls(1000, { count: 'bytes', amount });
  expect((await quota().take([bytes(10)], taker('a'))).isTaken).toBe(true);
  await quota().end([bytes(10)], taker('a'), [bytes(5000)]);
  expect((await quota().take([bytes(0)], taker('b'))).isTaken).toBe(false);
});

test('nothing stays stored of what is over', async () => {
  await taken(calls(3, { windowMs: 1000 }), 3);
  vi.useFakeTimers({ now: Date.now() + 120_000, toFake: ['Date'] });
  expect(await runDurableObjectAlarm(stub())).toBe(true);
  const tables = await runInDurableObject(stub(), (_instance, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'counter'").toArray(),
  );
  expect(tables).toEqual([]);
  expect(await taken(calls(3, { windowMs: 1000 }), 5)).toBe(3);
});

test('an administrator sets a count back', async () => {
  await taken(calls(3), 3);
  await quota().reset([calls(3)]);
  expect(await taken(calls(3), 5, 'b')).toBe(3);
});
