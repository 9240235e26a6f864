import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import { GatehouseError } from '../errors.ts';
import { expired, type LastKnown, readOrLast } from './last-known.ts';

const ENV = fakeEnv({ CATALOG_CACHE_MS: '1000', CATALOG_STALE_MS: '60000' });
const DOWN = async () => {
  throw new Error('D1_ERROR: no answer');
};

let log: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  log = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  log.mockRestore();
});

const read = (known?: LastKnown<string>, how: () => Promise<string> = async () => 'now') =>
  readOrLast(ENV, 'catalog', known, how);

test('what was read is good until it is to be read again', async () => {
  expect(await read()).toEqual({ value: 'now', readAtMs: 1_000_000, untilMs: 1_001_000, isStale: false });
});

test('while the database fails what it last said is good, and that is logged once', async () => {
  let known = await read();
  for (let n = 0; n < 3; n++) {
    vi.advanceTimersByTime(10_000);
    known = await read(known, DOWN);
    expect(known).toMatchObject({ value: 'now', isStale: true, readAtMs: 1_000_000 });
  }
  expect(log).toHaveBeenCalledTimes(1);
  expect(await read(known, async () => 'later')).toMatchObject({ value: 'later', isStale: false });
});

test('it is good for so long and no longer, and nothing is where nothing was read', async () => {
  const known = await read();
  vi.advanceTimersByTime(60_001);
  await expect(read(known, DOWN)).rejects.toThrow('no answer');
  await expect(read(undefined, DOWN)).rejects.toThrow('no answer');
});

test('a database that does not answer is not waited for where something is known', async () => {
  const known = await read();
  const answer = read(known, () => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(2000);
  expect(await answer).toMatchObject({ value: 'now', isStale: true });
});

test('what we refuse of an answer is no outage', async () => {
  const known = await read();
  const tampered = async () => {
    throw new GatehouseError('sealed_unreadable', 'It does not open.');
  };
  await expect(read(known, tampered)).rejects.toMatchObject({ code: 'sealed_unreadable' });
});

test('what was changed is read again at once, and still known while the database fails', async () => {
  const known = expired(await read());
  expect(known.untilMs).toBe(0);
  expect(await read(known, DOWN)).toMatchObject({ value: 'now', isStale: true });
});
